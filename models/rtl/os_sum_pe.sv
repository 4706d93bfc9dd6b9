// One row of the column beside the output-stationary array: sums a term per cycle, in step with the row's first PE.
module os_sum_pe #(
    parameter int TERM_WIDTH = 8,
    parameter int SUM_WIDTH  = 24
) (
    input  logic                  clk,
    input  logic                  enable,
    input  logic                  first,
    input  logic                  last,
    input  logic [TERM_WIDTH-1:0] term,
    input  logic                  sum_shift,
    input  logic [ SUM_WIDTH-1:0] sum_in,
    output logic [ SUM_WIDTH-1:0] sum_out,
    output logic [ SUM_WIDTH-1:0] accumulator
);
    logic [SUM_WIDTH-1:0] next;
    assign next = (accumulator & {SUM_WIDTH{~first}}) + {{(SUM_WIDTH - TERM_WIDTH) {1'b0}}, term};
    always_ff @(posedge clk) begin
        if (enable & ~last) accumulator <= next;
        if (enable & last) sum_out <= next;
        else if (sum_shift) sum_out <= sum_in;
    end
endmodule
