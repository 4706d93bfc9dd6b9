// One row of the column beside the array: adds the row's activation to sum A and x(A) to sum x. It reads the
// activation register of the row's first PE and keeps step with it.
module sum_column_pe #(
    parameter int SUM_A = 1,
    parameter int SUM_X = 0,
    parameter int VARIATE = 0,
    parameter int LOW_BITS = 1,
    parameter int X_WIDTH = 1,
    parameter int SUM_A_IN_WIDTH = 8,
    parameter int SUM_A_WIDTH = 8,  // 8 + clog2(row + 1)
    parameter int SUM_X_IN_WIDTH = 1,
    parameter int SUM_X_WIDTH = 1   // X_WIDTH + clog2(row + 1)
) (
    // A sum that is not formed has no load.
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic                      clk,
    input  logic                      enable,
    input  logic                      sum_valid_in,
    input  logic [               7:0] activation,
    input  logic [SUM_A_IN_WIDTH-1:0] sum_a_in,
    input  logic [SUM_X_IN_WIDTH-1:0] sum_x_in,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [   SUM_A_WIDTH-1:0] sum_a_out,
    output logic [   SUM_X_WIDTH-1:0] sum_x_out
);
    generate
        if (SUM_A != 0) begin : form_sum_a
            sum_register #(
                .TERM_WIDTH(8),
                .IN_WIDTH(SUM_A_IN_WIDTH),
                .WIDTH(SUM_A_WIDTH)
            ) sum_a (
                .clk(clk),
                .enable(enable),
                .term(activation),
                .sum_valid_in(sum_valid_in),
                .sum_in(sum_a_in),
                .sum_out(sum_a_out)
            );
        end else begin : no_sum_a
            assign sum_a_out = '0;
        end
        if (SUM_X != 0) begin : form_sum_x
            logic [X_WIDTH-1:0] x;
            control_variate #(
                .VARIATE(VARIATE),
                .LOW_BITS(LOW_BITS),
                .WIDTH(X_WIDTH)
            ) variate (
                .activation(activation),
                .x(x)
            );
            sum_register #(
                .TERM_WIDTH(X_WIDTH),
                .IN_WIDTH(SUM_X_IN_WIDTH),
                .WIDTH(SUM_X_WIDTH)
            ) sum_x (
                .clk(clk),
                .enable(enable),
                .term(x),
                .sum_valid_in(sum_valid_in),
                .sum_in(sum_x_in),
                .sum_out(sum_x_out)
            );
        end else begin : no_sum_x
            assign sum_x_out = '0;
        end
    endgenerate
endmodule
