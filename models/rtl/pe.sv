// One processing element of the weight-stationary array, or of the input-stationary one (HOLDS_ACTIVATIONS: read
// "weight" for what streams and "activation" for what stays). Activations move right, partial sums and weights move down.
// A vector passes in two clock edges: the first captures the activation (and, with a fold's first vector, the new
// weight), the second the partial sum; STAGES registers between multiplier and adder put as many edges between them. A PE that a fold does not use sees no valid vector and holds its registers.
// Only control bits are reset: data registers are never looked at before they are written.
module pe #(
    parameter int FAMILY = 0,          // multiplier: see partial_products
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0,
    parameter int FUSED = 0,           // 1: partial products and partial sum in one addition
    parameter int HOLDS_ACTIVATIONS = 0,
    parameter int STAGES = 0,          // of the multiplier's pipeline; with stages FUSED has no effect
    parameter int SHADOW = 1,          // 1: weights shift through a second register and swap with a fold's first vector
    parameter int BYPASS = 0,          // row 0 with SHADOW: a fold may begin in the cycle that brings its last weight row
    parameter int PSUM_IN_WIDTH = 16,  // of the row above
    parameter int PSUM_WIDTH = 16,     // 16 + clog2(row + 1)
    parameter int SUM_X = 0,           // 1: accumulates sum x beside the partial sum (MAC*)
    parameter int VARIATE = 0,
    parameter int LOW_BITS = 1,
    parameter int X_WIDTH = 1,
    parameter int SUM_X_IN_WIDTH = 1,
    parameter int SUM_X_WIDTH = 1,     // X_WIDTH + clog2(row + 1)
    // derived
    parameter int PIPELINE_WIDTH = STAGES == 0 ? 1 : 16 * STAGES
) (
    input  logic                      clk,
    input  logic                      reset,
    // from the left neighbour: a vector's element for this row
    input  logic                      row_valid_in,
    input  logic                      swap_in,           // first vector of a fold
    input  logic [               7:0] activation_in,
    output logic                      row_valid_out,
    output logic                      swap_out,
    output logic [               7:0] activation_out,
    // from above
    input  logic                      column_valid_in,   // the fold uses this column
    output logic                      column_valid_out,
    input  logic                      weight_shift,
    input  logic [               7:0] weight_in,
    output logic [               7:0] weight_out,
    input  logic                      psum_valid_in,     // low in a fold's first row: start from zero
    input  logic [ PSUM_IN_WIDTH-1:0] psum_in,
    output logic                      psum_valid_out,
    output logic [    PSUM_WIDTH-1:0] psum_out,
    // Without SUM_X nothing is summed. Sum x does not wait for the multiplier: it has valid bits of its own.
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic                      sum_x_valid_in,
    input  logic [SUM_X_IN_WIDTH-1:0] sum_x_in,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                      sum_x_valid_out,
    output logic [   SUM_X_WIDTH-1:0] sum_x_out,
    // the weight the multiplier sees, for observation
    output logic [               7:0] weight_active,
    // the multiplier's pipeline registers, for observation
    output logic [PIPELINE_WIDTH-1:0] product_q
);
    /* verilator no_inline_module */  // one body for all PEs of a row keeps the simulation small
    logic capture, compute, add;  // add: the product is at the adder
    logic [7:0] weight_q, activation_q;
    assign capture = row_valid_in & column_valid_in;
    assign compute = row_valid_out & column_valid_out;
    assign activation_out = activation_q;
    assign weight_active = weight_q;
    logic [7:0] weight_factor, activation_factor;
    assign weight_factor = HOLDS_ACTIVATIONS != 0 ? activation_q : weight_q;
    assign activation_factor = HOLDS_ACTIVATIONS != 0 ? weight_q : activation_q;

    always_ff @(posedge clk) begin
        row_valid_out <= row_valid_in & ~reset;
        column_valid_out <= column_valid_in & ~reset;
        swap_out <= swap_in & ~reset;
        psum_valid_out <= add & ~reset;
        if (capture) activation_q <= activation_in;
    end

    generate
        if (SHADOW != 0) begin : shadow
            logic [7:0] shadow_q, next_weight;
            if (BYPASS != 0) begin : bypass
                assign next_weight = weight_shift ? weight_in : shadow_q;
            end else begin : no_bypass
                assign next_weight = shadow_q;
            end
            always_ff @(posedge clk) begin
                if (weight_shift) shadow_q <= weight_in;
                if (capture & swap_in) weight_q <= next_weight;
            end
            assign weight_out = shadow_q;
        end else begin : no_shadow
            always_ff @(posedge clk) if (weight_shift) weight_q <= weight_in;
            assign weight_out = weight_q;
        end
    endgenerate

    logic [PSUM_WIDTH-1:0] above, sum;
    generate
        if (SIGNED_WEIGHTS != 0 && PSUM_WIDTH > PSUM_IN_WIDTH) begin : sign_extend
            assign above = {PSUM_WIDTH{psum_valid_in}} &
                            {{(PSUM_WIDTH - PSUM_IN_WIDTH) {psum_in[PSUM_IN_WIDTH-1]}}, psum_in};
        end else if (PSUM_WIDTH > PSUM_IN_WIDTH) begin : zero_extend
            assign above = {PSUM_WIDTH{psum_valid_in}} & {{(PSUM_WIDTH - PSUM_IN_WIDTH) {1'b0}}, psum_in};
        end else begin : same_width
            assign above = {PSUM_WIDTH{psum_valid_in}} & psum_in;
        end

        if (FUSED != 0 && STAGES == 0) begin : fused
            assign add = compute;
            assign product_q = '0;
            logic [127:0] rows;
            logic [8*PSUM_WIDTH-1:0] terms;
            partial_products #(
                .FAMILY(FAMILY),
                .M(M),
                .SIGNED_WEIGHTS(SIGNED_WEIGHTS)
            ) partial (
                .weight(weight_factor),
                .activation(activation_factor),
                .rows(rows)
            );
            for (genvar i = 0; i < 8; i = i + 1) begin : term
                assign terms[i*PSUM_WIDTH+:16] = rows[16*i+:16];
                if (PSUM_WIDTH > 16) begin : extend
                    assign terms[i*PSUM_WIDTH+16+:PSUM_WIDTH-16] =
                        {(PSUM_WIDTH - 16) {SIGNED_WEIGHTS != 0 & rows[16*i+15]}};
                end
            end
            assign sum = above + terms[0*PSUM_WIDTH+:PSUM_WIDTH] + terms[1*PSUM_WIDTH+:PSUM_WIDTH] +
                         terms[2*PSUM_WIDTH+:PSUM_WIDTH] + terms[3*PSUM_WIDTH+:PSUM_WIDTH] +
                         terms[4*PSUM_WIDTH+:PSUM_WIDTH] + terms[5*PSUM_WIDTH+:PSUM_WIDTH] +
                         terms[6*PSUM_WIDTH+:PSUM_WIDTH] + terms[7*PSUM_WIDTH+:PSUM_WIDTH];
        end else begin : separate
            logic [15:0] product, factor;
            logic [PSUM_WIDTH-1:0] term;
            approx_multiplier #(
                .FAMILY(FAMILY),
                .M(M),
                .SIGNED_WEIGHTS(SIGNED_WEIGHTS)
            ) multiplier (
                .weight(weight_factor),
                .activation(activation_factor),
                .product(product)
            );
            if (STAGES == 0) begin : direct
                assign add = compute;
                assign factor = product;
                assign product_q = '0;
            end else begin : pipeline
                logic [STAGES-1:0] valid_q;
                for (genvar s = 0; s < STAGES; s = s + 1) begin : stage
                    if (s == 0) begin : first
                        always_ff @(posedge clk) begin
                            valid_q[0] <= compute & ~reset;
                            if (compute) product_q[15:0] <= product;
                        end
                    end else begin : further
                        always_ff @(posedge clk) begin
                            valid_q[s] <= valid_q[s-1] & ~reset;
                            if (valid_q[s-1]) product_q[16*s+:16] <= product_q[16*(s-1)+:16];
                        end
                    end
                end
                assign add = valid_q[STAGES-1];
                assign factor = product_q[16*(STAGES-1)+:16];
            end
            assign term[15:0] = factor;
            if (PSUM_WIDTH > 16) begin : extend
                assign term[PSUM_WIDTH-1:16] = {(PSUM_WIDTH - 16) {SIGNED_WEIGHTS != 0 & factor[15]}};
            end
            assign sum = above + term;
        end
    endgenerate
    always_ff @(posedge clk) if (add) psum_out <= sum;

    generate
        if (STAGES == 0) begin : same_valid
            assign sum_x_valid_out = psum_valid_out;
        end else begin : own_valid
            always_ff @(posedge clk) sum_x_valid_out <= compute & ~reset;
        end
        if (SUM_X != 0) begin : mac_star
            logic [X_WIDTH-1:0] x;
            control_variate #(
                .VARIATE(VARIATE),
                .LOW_BITS(LOW_BITS),
                .WIDTH(X_WIDTH)
            ) variate (
                .activation(activation_q),
                .x(x)
            );
            sum_register #(
                .TERM_WIDTH(X_WIDTH),
                .IN_WIDTH(SUM_X_IN_WIDTH),
                .WIDTH(SUM_X_WIDTH)
            ) sum_x (
                .clk(clk),
                .enable(compute),
                .term(x),
                .sum_valid_in(sum_x_valid_in),
                .sum_in(sum_x_in),
                .sum_out(sum_x_out)
            );
        end else begin : no_sum_x
            assign sum_x_out = '0;
        end
    endgenerate
endmodule
