// The control variable x(A) beside every approximate product (variate_value() in models/arithmetic/control_variate.h).
module control_variate #(
    parameter int VARIATE = 0,   // 0 low bits of A, 1 their OR, 2 their number of ones
    parameter int LOW_BITS = 1,  // min(M, 8)
    parameter int WIDTH = 1      // LOW_BITS, 1 or clog2(LOW_BITS + 1)
) (
    // Only the low bits are looked at.
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [      7:0] activation,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [WIDTH-1:0] x
);
    generate
        if (VARIATE == 0) begin : low_bits
            assign x = activation[LOW_BITS-1:0];
        end else if (VARIATE == 1) begin : any_low
            assign x = |activation[LOW_BITS-1:0];
        end else begin : popcount
            always_comb begin
                x = '0;
                for (int i = 0; i < LOW_BITS; i = i + 1) x = x + {{(WIDTH - 1) {1'b0}}, activation[i]};
            end
        end
    endgenerate
endmodule
