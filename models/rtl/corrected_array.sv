// The array and one MAC+ per column behind it. Sums over several reduction folds are kept outside (the accumulator
// buffer): `total` and `total_x` are what the last fold's sums make with them, presented in the cycle in which the
// array delivers that fold's sums; `corrected` follows one cycle later.
module corrected_array #(
    parameter int ROWS = 4,
    parameter int COLUMNS = 4,
    parameter int FAMILY = 0,
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0,
    parameter int FUSED = 0,
    parameter int HOLDS_ACTIVATIONS = 0,
    parameter int STAGES = 0,
    parameter int SHADOW = 1,
    parameter int SUM_A = 1,
    parameter int SUM_X = 0,
    parameter int VARIATE = 0,
    parameter int TOTAL_X_WIDTH = 24,
    parameter int COEFFICIENT_WIDTH = 20,
    parameter int FRACTION_BITS = 8,
    // derived
    parameter int ROW_BITS = $clog2(ROWS + 1),
    parameter int COLUMN_BITS = $clog2(COLUMNS + 1),
    parameter int PSUM_WIDTH = 16 + $clog2(ROWS),
    parameter int SUM_A_WIDTH = 8 + $clog2(ROWS),
    parameter int LOW_BITS = FAMILY == 0 ? 1 : M > 8 ? 8 : M,
    parameter int X_WIDTH = VARIATE == 0 ? LOW_BITS : VARIATE == 1 ? 1 : $clog2(LOW_BITS + 1),
    parameter int SUM_X_WIDTH = X_WIDTH + $clog2(ROWS)
) (
    input  logic                                 clk,
    input  logic                                 reset,
    input  logic                                 load_valid,
    output logic                                 load_ready,
    input  logic [                 ROW_BITS-1:0] load_rows,
    input  logic [              COLUMN_BITS-1:0] load_columns,
    input  logic [                8*COLUMNS-1:0] weight_row,
    input  logic                                 vector_valid,
    output logic                                 vector_ready,
    input  logic                                 vector_last,
    input  logic [                   8*ROWS-1:0] activations,
    output logic                                 sums_valid,
    output logic [                  COLUMNS-1:0] column_valid,
    output logic [       PSUM_WIDTH*COLUMNS-1:0] psum,
    output logic [              SUM_A_WIDTH-1:0] sum_a,
    output logic [      SUM_X_WIDTH*COLUMNS-1:0] sum_x,
    input  logic                                 correct,
    input  logic [               32*COLUMNS-1:0] total,
    input  logic [    TOTAL_X_WIDTH*COLUMNS-1:0] total_x,
    input  logic [COEFFICIENT_WIDTH*COLUMNS-1:0] coefficient,
    output logic                                 corrected_valid,
    output logic [               32*COLUMNS-1:0] corrected
);
    pe_array #(
        .ROWS(ROWS),
        .COLUMNS(COLUMNS),
        .FAMILY(FAMILY),
        .M(M),
        .SIGNED_WEIGHTS(SIGNED_WEIGHTS),
        .FUSED(FUSED),
        .HOLDS_ACTIVATIONS(HOLDS_ACTIVATIONS),
        .STAGES(STAGES),
        .SHADOW(SHADOW),
        .SUM_A(SUM_A),
        .SUM_X(SUM_X),
        .VARIATE(VARIATE)
    ) array (
        .clk(clk),
        .reset(reset),
        .load_valid(load_valid),
        .load_ready(load_ready),
        .load_rows(load_rows),
        .load_columns(load_columns),
        .weight_row(weight_row),
        .vector_valid(vector_valid),
        .vector_ready(vector_ready),
        .vector_last(vector_last),
        .activations(activations),
        .sums_valid(sums_valid),
        .column_valid(column_valid),
        .psum(psum),
        .sum_a(sum_a),
        .sum_x(sum_x)
    );
    generate
        for (genvar c = 0; c < COLUMNS; c = c + 1) begin : column
            mac_plus #(
                .SUM_X_WIDTH(TOTAL_X_WIDTH),
                .COEFFICIENT_WIDTH(COEFFICIENT_WIDTH),
                .FRACTION_BITS(FRACTION_BITS)
            ) plus (
                .clk(clk),
                .enable(correct & column_valid[c]),
                .sum(total[32*c+:32]),
                .sum_x(total_x[TOTAL_X_WIDTH*c+:TOTAL_X_WIDTH]),
                .coefficient(coefficient[COEFFICIENT_WIDTH*c+:COEFFICIENT_WIDTH]),
                .corrected(corrected[32*c+:32])
            );
        end
    endgenerate
    always_ff @(posedge clk) corrected_valid <= correct & sums_valid & ~reset;
endmodule
