// The partial products of an 8x8 multiplier: row i is activation bit i times the weight, shifted left by i. Bits that
// the family leaves out (kept_weight_mask() in models/arithmetic/multiplier.h) are not instantiated.
module partial_products #(
    parameter int FAMILY = 0,  // 0 exact, 1 perforated, 2 recursive, 3 truncated
    parameter int M = 0,       // how much is left out: perforated, recursive 1..7, truncated 1..12
    parameter int SIGNED_WEIGHTS = 0  // 1: weights are two's complement; activations are always unsigned
) (
    // Dropped bits leave some inputs without a load: that is the point of the approximation.
    /* verilator lint_off UNUSEDSIGNAL */
    input logic [7:0] weight,
    input logic [7:0] activation,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [127:0] rows  // eight rows of 16 bits, row 0 lowest
);
    generate
        for (genvar i = 0; i < 8; i = i + 1) begin : row
            localparam int RAW = FAMILY == 1 ? (i < M ? 8 : 0) :
                                 FAMILY == 2 ? (i < M ? M : 0) :
                                 FAMILY == 3 ? M - i : 0;
            localparam int FIRST = RAW < 0 ? 0 : RAW > 8 ? 8 : RAW;  // lowest weight bit that is kept
            if (FIRST < 8) begin : kept
                logic [7:FIRST] bits;
                assign bits = weight[7:FIRST] & {(8 - FIRST) {activation[i]}};
                assign rows[16*i+:16] = {{(8 - i) {SIGNED_WEIGHTS != 0 & bits[7]}}, bits, {(i + FIRST) {1'b0}}};
            end else begin : dropped
                assign rows[16*i+:16] = '0;
            end
        end
    endgenerate
endmodule
