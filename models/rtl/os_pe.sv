// One processing element of the output-stationary array: activations move right, weights move down, the sum stays and,
// with a tile's last operands, goes to an output register that moves down. A PE that a tile does not use sees no valid
// operands and holds its registers. Only control bits are reset.
module os_pe #(
    parameter int FAMILY = 0,  // multiplier: see partial_products
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0,
    parameter int STAGES = 0,     // of the multiplier's pipeline
    parameter int SUM_WIDTH = 32,  // of the sum over the whole reduction
    // derived
    parameter int PIPELINE_WIDTH = STAGES == 0 ? 1 : 16 * STAGES
) (
    input  logic                 clk,
    input  logic                 reset,
    // from the left
    input  logic                 row_valid_in,
    input  logic                 first_in,          // first operands of a tile
    input  logic                 last_in,
    input  logic [          7:0] activation_in,
    output logic                 row_valid_out,
    output logic                 first_out,
    output logic                 last_out,
    output logic [          7:0] activation_out,
    // from above
    input  logic                 column_valid_in,
    input  logic [          7:0] weight_in,
    output logic                 column_valid_out,
    output logic [          7:0] weight_out,
    input  logic                 sum_shift,         // the finished sum of the row above moves in
    input  logic [SUM_WIDTH-1:0] sum_in,
    output logic [SUM_WIDTH-1:0] sum_out,
    output logic [SUM_WIDTH-1:0] accumulator,       // for observation
    output logic [PIPELINE_WIDTH-1:0] product_q     // the pipeline's registers, for observation
);
    /* verilator no_inline_module */  // one body for all PEs keeps the simulation small
    logic capture, compute;
    assign capture = row_valid_in & column_valid_in;
    assign compute = row_valid_out & column_valid_out;

    logic [15:0] product;
    approx_multiplier #(
        .FAMILY(FAMILY),
        .M(M),
        .SIGNED_WEIGHTS(SIGNED_WEIGHTS)
    ) multiplier (
        .weight(weight_out),
        .activation(activation_out),
        .product(product)
    );
    logic add, first, last;  // of the product at the adder
    logic [15:0] factor;
    generate
        if (STAGES == 0) begin : direct
            assign {add, first, last, factor} = {compute, first_out, last_out, product};
            assign product_q = '0;
        end else begin : pipeline
            logic [STAGES-1:0] valid_q, first_q, last_q;
            for (genvar s = 0; s < STAGES; s = s + 1) begin : stage
                if (s == 0) begin : front
                    always_ff @(posedge clk) begin
                        valid_q[0] <= compute & ~reset;
                        if (compute) {first_q[0], last_q[0], product_q[15:0]} <= {first_out, last_out, product};
                    end
                end else begin : further
                    always_ff @(posedge clk) begin
                        valid_q[s] <= valid_q[s-1] & ~reset;
                        if (valid_q[s-1])
                            {first_q[s], last_q[s], product_q[16*s+:16]} <=
                                {first_q[s-1], last_q[s-1], product_q[16*(s-1)+:16]};
                    end
                end
            end
            assign {add, first, last} = {valid_q[STAGES-1], first_q[STAGES-1], last_q[STAGES-1]};
            assign factor = product_q[16*(STAGES-1)+:16];
        end
    endgenerate
    logic [SUM_WIDTH-1:0] next;
    assign next = (accumulator & {SUM_WIDTH{~first}}) +
                  {{(SUM_WIDTH - 16) {SIGNED_WEIGHTS != 0 & factor[15]}}, factor};

    always_ff @(posedge clk) begin
        row_valid_out <= row_valid_in & ~reset;
        column_valid_out <= column_valid_in & ~reset;
        if (row_valid_in) begin
            first_out <= first_in;
            last_out  <= last_in;
        end
        if (capture) begin
            activation_out <= activation_in;
            weight_out <= weight_in;
        end
        if (add & ~last) accumulator <= next;
        if (add & last) sum_out <= next;
        else if (sum_shift) sum_out <= sum_in;
    end
endmodule
