// Cross-checks: an 8x8 multiplier as Yosys builds it, and the same between registers with an adder.
module multiply (input [7:0] a, input [7:0] b, output [15:0] p);
    assign p = a * b;
endmodule

module multiply_accumulate (input clk, input [7:0] activation_in, input [7:0] weight_in, input [19:0] psum_in,
                            output [7:0] activation_out, output [19:0] psum_out);
    reg [7:0] activation, weight;
    reg [19:0] psum;
    always @(posedge clk) begin
        activation <= activation_in;
        weight <= weight_in;
        psum <= psum_in + activation * weight;
    end
    assign activation_out = activation;
    assign psum_out = psum;
endmodule
