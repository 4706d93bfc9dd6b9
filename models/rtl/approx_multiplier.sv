// Approximate 8x8 multiplier: the sum of the partial products that its family keeps. Two's complement when
// SIGNED_WEIGHTS, else unsigned. How the sum is built (array, tree) is left to synthesis.
module approx_multiplier #(
    parameter int FAMILY = 0,
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0
) (
    input  logic [ 7:0] weight,
    input  logic [ 7:0] activation,
    output logic [15:0] product
);
    logic [127:0] rows;
    partial_products #(
        .FAMILY(FAMILY),
        .M(M),
        .SIGNED_WEIGHTS(SIGNED_WEIGHTS)
    ) partial (
        .weight(weight),
        .activation(activation),
        .rows(rows)
    );
    assign product = rows[15:0] + rows[31:16] + rows[47:32] + rows[63:48] + rows[79:64] + rows[95:80] +
                     rows[111:96] + rows[127:112];
endmodule
