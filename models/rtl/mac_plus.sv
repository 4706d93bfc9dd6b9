// MAC+, one pipeline stage behind a column: adds V = floor(C_f * sum x / 2^FRACTION_BITS + 1/2) to the column's sum over
// all reduction folds (correction_term() in models/arithmetic/control_variate.h).
module mac_plus #(
    parameter int SUM_X_WIDTH = 24,        // of the total over all reduction folds, unsigned
    parameter int COEFFICIENT_WIDTH = 20,  // two's complement
    parameter int FRACTION_BITS = 8
) (
    input  logic                         clk,
    input  logic                         enable,
    input  logic [                 31:0] sum,
    input  logic [      SUM_X_WIDTH-1:0] sum_x,
    input  logic [COEFFICIENT_WIDTH-1:0] coefficient,
    output logic [                 31:0] corrected
);
    localparam int PRODUCT_WIDTH = SUM_X_WIDTH + COEFFICIENT_WIDTH + 1;
    localparam int WIDE = PRODUCT_WIDTH - FRACTION_BITS > 32 ? PRODUCT_WIDTH : 32 + FRACTION_BITS;
    logic signed [WIDE-1:0] a, b, product;
    assign a = {{(WIDE - COEFFICIENT_WIDTH) {coefficient[COEFFICIENT_WIDTH-1]}}, coefficient};
    assign b = {{(WIDE - SUM_X_WIDTH) {1'b0}}, sum_x};
    // Rounding drops the bits below the point; what exceeds 32 bits wraps, as the model's accumulators do.
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] rounded;
    /* verilator lint_on UNUSEDSIGNAL */
    assign product = a * b;
    generate
        if (FRACTION_BITS == 0) begin : whole
            assign rounded = product;
        end else begin : fraction
            assign rounded = product + {{(WIDE - FRACTION_BITS) {1'b0}}, 1'b1, {(FRACTION_BITS - 1) {1'b0}}};
        end
    endgenerate
    always_ff @(posedge clk) if (enable) corrected <= sum + rounded[FRACTION_BITS+:32];
endmodule
