// Unsigned sum of the terms of the rows above and this one.
module sum_register #(
    parameter int TERM_WIDTH = 1,
    parameter int IN_WIDTH = 1,
    parameter int WIDTH = 1  // TERM_WIDTH + clog2(row + 1)
) (
    input  logic                  clk,
    input  logic                  enable,
    input  logic [TERM_WIDTH-1:0] term,
    input  logic                  sum_valid_in,  // low in a fold's first row: start from zero
    input  logic [  IN_WIDTH-1:0] sum_in,
    output logic [     WIDTH-1:0] sum_out
);
    logic [WIDTH-1:0] above, addend;
    generate
        if (WIDTH > IN_WIDTH) begin : extend_sum
            assign above = {WIDTH{sum_valid_in}} & {{(WIDTH - IN_WIDTH) {1'b0}}, sum_in};
        end else begin : same_sum
            assign above = {WIDTH{sum_valid_in}} & sum_in;
        end
        if (WIDTH > TERM_WIDTH) begin : extend_term
            assign addend = {{(WIDTH - TERM_WIDTH) {1'b0}}, term};
        end else begin : same_term
            assign addend = term;
        end
    endgenerate
    always_ff @(posedge clk) if (enable) sum_out <= above + addend;
endmodule
