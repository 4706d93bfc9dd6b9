// Delays data and its valid bit by STAGES clocks. A stage captures data only when it is valid.
module delay_line #(
    parameter int WIDTH  = 8,
    parameter int STAGES = 1
) (
    // Without stages nothing is clocked.
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic             clk,
    input  logic             reset,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic             valid_in,
    input  logic [WIDTH-1:0] data_in,
    output logic             valid_out,
    output logic [WIDTH-1:0] data_out
);
    generate
        if (STAGES == 0) begin : wires
            assign valid_out = valid_in;
            assign data_out  = data_in;
        end else begin : registers
            logic [STAGES-1:0] valid_q;
            logic [STAGES*WIDTH-1:0] data_q;
            for (genvar s = 0; s < STAGES; s = s + 1) begin : stage
                logic valid;
                logic [WIDTH-1:0] data;
                if (s == 0) begin : first
                    assign valid = valid_in;
                    assign data  = data_in;
                end else begin : further
                    assign valid = valid_q[s-1];
                    assign data  = data_q[(s-1)*WIDTH+:WIDTH];
                end
                always_ff @(posedge clk) begin
                    valid_q[s] <= valid & ~reset;
                    if (valid) data_q[s*WIDTH+:WIDTH] <= data;
                end
            end
            assign valid_out = valid_q[STAGES-1];
            assign data_out  = data_q[(STAGES-1)*WIDTH+:WIDTH];
        end
    endgenerate
endmodule
