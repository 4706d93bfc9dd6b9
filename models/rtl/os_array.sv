// R x C output-stationary array: PE (r, c) forms output pixel r of filter c over the whole reduction. A tile of k pixels
// and n filters uses the k top rows (weights come from above) and the n left columns; its K steps go in one a cycle.
// Finished sums leave at the bottom, last pixel first, one pixel a cycle, all columns at once, sum A and sum x beside
// them; on their way they pass the output registers of the rows below. MAC+ follows one cycle later.
//
// Cycles: with its first step in cycle 0, a tile's pixel r leaves in cycle K + 2 R + C - 2 - r + STAGES. Tiles follow each other
// every max(K, R) cycles.
module os_array #(
    parameter int ROWS = 4,
    parameter int COLUMNS = 4,
    parameter int FAMILY = 0,
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0,
    parameter int STAGES = 0,   // of the multipliers' pipeline
    parameter int SUM_WIDTH = 32,
    parameter int SIDE_WIDTH = 24,  // of sum A and sum x
    parameter int VARIATE = 0,
    parameter int COEFFICIENT_WIDTH = 20,
    parameter int FRACTION_BITS = 8,
    // derived
    parameter int ROW_BITS = $clog2(ROWS + 1),
    parameter int COLUMN_BITS = $clog2(COLUMNS + 1),
    parameter int LOW_BITS = FAMILY == 0 ? 1 : M > 8 ? 8 : M,
    parameter int X_WIDTH = VARIATE == 0 ? LOW_BITS : VARIATE == 1 ? 1 : $clog2(LOW_BITS + 1)
) (
    input  logic                                 clk,
    input  logic                                 reset,
    // one step of the reduction: an activation a pixel, a weight a filter
    input  logic                                 step_valid,
    output logic                                 step_ready,
    input  logic                                 step_last,
    input  logic [                 ROW_BITS-1:0] tile_rows,     // 1..ROWS, with every step
    input  logic [              COLUMN_BITS-1:0] tile_columns,  // 1..COLUMNS
    input  logic [                   8*ROWS-1:0] activations,
    input  logic [                8*COLUMNS-1:0] weights,
    // finished pixels
    output logic                                 sums_valid,
    output logic [                  COLUMNS-1:0] column_valid,
    output logic [        SUM_WIDTH*COLUMNS-1:0] psum,
    output logic [               SIDE_WIDTH-1:0] sum_a,
    output logic [               SIDE_WIDTH-1:0] sum_x,
    input  logic                                 correct,       // in the cycle of sums_valid
    input  logic [COEFFICIENT_WIDTH*COLUMNS-1:0] coefficient,
    output logic                                 corrected_valid,
    output logic [               32*COLUMNS-1:0] corrected
);
    localparam int PES = ROWS * COLUMNS;
    logic [8*PES-1:0] activation_q  /* verilator public_flat_rd */;
    logic [8*PES-1:0] weight_q  /* verilator public_flat_rd */;
    localparam int PIPELINE_WIDTH = STAGES == 0 ? 1 : 16 * STAGES;
    logic [PIPELINE_WIDTH*PES-1:0] product_q  /* verilator public_flat_rd */;
    logic [SUM_WIDTH*PES-1:0] accumulator_q  /* verilator public_flat_rd */;
    logic [SUM_WIDTH*PES-1:0] output_q  /* verilator public_flat_rd */;
    logic [SIDE_WIDTH*ROWS-1:0] a_accumulator_q  /* verilator public_flat_rd */;
    logic [SIDE_WIDTH*ROWS-1:0] x_accumulator_q  /* verilator public_flat_rd */;
    logic [SIDE_WIDTH*ROWS-1:0] a_output_q  /* verilator public_flat_rd */;
    logic [SIDE_WIDTH*ROWS-1:0] x_output_q  /* verilator public_flat_rd */;
    // What leaves the last row or column has no load.
    /* verilator lint_off UNUSEDSIGNAL */
    logic [PES-1:0] row_valid_q, first_q, last_q, column_valid_q;
    /* verilator lint_on UNUSEDSIGNAL */

    // Control: a tile may end when the one before has moved far enough down the output registers.
    logic in_tile_q, accepted, ends;
    logic [ROW_BITS-1:0] wait_q;
    assign step_ready = ~step_last | wait_q == 0;
    assign accepted = step_valid & step_ready;
    assign ends = accepted & step_last;
    localparam int WAIT = ROWS - 1;
    always_ff @(posedge clk) begin
        if (reset) begin
            in_tile_q <= 1'b0;
            wait_q <= '0;
        end else begin
            if (accepted) in_tile_q <= ~step_last;
            if (ends) wait_q <= WAIT[ROW_BITS-1:0];
            else if (wait_q != 0) wait_q <= wait_q - 1'b1;
        end
    end

    // The bottom left PE finishes ROWS + 1 + STAGES cycles after the last step went in; then the column's sums move down. In phase i
    // row r holds pixel r - i, if there is one, and hands it to the row below.
    logic drain_starts;
    logic [ROW_BITS-1:0] drain_rows;
    logic [COLUMN_BITS-1:0] drain_columns;
    delay_line #(
        .WIDTH (ROW_BITS + COLUMN_BITS),
        .STAGES(ROWS + 1 + STAGES)
    ) drain_delay (
        .clk(clk),
        .reset(reset),
        .valid_in(ends),
        .data_in({tile_rows, tile_columns}),
        .valid_out(drain_starts),
        .data_out({drain_rows, drain_columns})
    );
    logic drain_q, draining;
    logic [ROW_BITS-1:0] phase_q, phase;
    logic [ROW_BITS-1:0] rows_q, rows;
    logic [COLUMN_BITS-1:0] columns_q, columns;
    localparam int LAST_PHASE = ROWS - 1;
    assign draining = drain_starts | drain_q;
    assign phase = drain_starts ? '0 : phase_q;
    assign rows = drain_starts ? drain_rows : rows_q;
    assign columns = drain_starts ? drain_columns : columns_q;
    always_ff @(posedge clk) begin
        drain_q <= draining & phase != LAST_PHASE[ROW_BITS-1:0] & ~reset;
        if (draining) phase_q <= phase + 1'b1;
        if (drain_starts) begin
            rows_q <= drain_rows;
            columns_q <= drain_columns;
        end
    end

    // Row r takes the sum of the row above: pixel r - 1 - phase, of `rows`.
    logic [ROWS-1:0] shifts;
    logic delivers;  // a pixel is at the bottom
    generate
        for (genvar r = 0; r < ROWS; r = r + 1) begin : shift
            localparam int ROW = r;
            if (r == 0) begin : top
                assign shifts[r] = 1'b0;
            end else begin : below
                assign shifts[r] = phase < ROW[ROW_BITS-1:0] & {1'b0, phase} + {1'b0, rows} >= {1'b0, ROW[ROW_BITS-1:0]};
            end
        end
    endgenerate
    assign delivers = draining & {1'b0, phase} + {1'b0, rows} >= {1'b0, ROWS[ROW_BITS-1:0]};

    generate
        // Column c lags column 0 by c cycles, at the top and at the bottom.
        for (genvar c = 0; c < COLUMNS; c = c + 1) begin : edge_column
            localparam int COLUMN = c;
            logic valid;
            logic [7:0] weight;
            delay_line #(
                .WIDTH (8),
                .STAGES(c)
            ) top (
                .clk(clk),
                .reset(reset),
                .valid_in(accepted & tile_columns > COLUMN[COLUMN_BITS-1:0]),
                .data_in(weights[8*c+:8]),
                .valid_out(valid),
                .data_out(weight)
            );
            logic drains, column_delivers;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [ROWS-1:0] column_shifts;  // row 0 has none
            /* verilator lint_on UNUSEDSIGNAL */
            delay_line #(
                .WIDTH (ROWS + 1),
                .STAGES(c)
            ) drain (
                .clk(clk),
                .reset(reset),
                .valid_in(draining & columns > COLUMN[COLUMN_BITS-1:0]),
                .data_in({delivers, shifts}),
                .valid_out(drains),
                .data_out({column_delivers, column_shifts})
            );
            delay_line #(
                .WIDTH (SUM_WIDTH),
                .STAGES(COLUMNS - 1 - c)
            ) bottom (
                .clk(clk),
                .reset(reset),
                .valid_in(drains & column_delivers),
                .data_in(output_q[SUM_WIDTH*(PES-COLUMNS+c)+:SUM_WIDTH]),
                .valid_out(column_valid[c]),
                .data_out(psum[SUM_WIDTH*c+:SUM_WIDTH])
            );
            mac_plus #(
                .SUM_X_WIDTH(SIDE_WIDTH),
                .COEFFICIENT_WIDTH(COEFFICIENT_WIDTH),
                .FRACTION_BITS(FRACTION_BITS)
            ) plus (
                .clk(clk),
                .enable(correct & column_valid[c]),
                .sum(psum[SUM_WIDTH*c+:32]),
                .sum_x(sum_x),
                .coefficient(coefficient[COEFFICIENT_WIDTH*c+:COEFFICIENT_WIDTH]),
                .corrected(corrected[32*c+:32])
            );
        end

        for (genvar r = 0; r < ROWS; r = r + 1) begin : row
            localparam int ROW = r;
            logic valid, first, last;
            logic [7:0] activation;
            delay_line #(
                .WIDTH (10),
                .STAGES(r)
            ) left (
                .clk(clk),
                .reset(reset),
                .valid_in(accepted & tile_rows > ROW[ROW_BITS-1:0]),
                .data_in({~in_tile_q, step_last, activations[8*r+:8]}),
                .valid_out(valid),
                .data_out({first, last, activation})
            );
            for (genvar c = 0; c < COLUMNS; c = c + 1) begin : column
                localparam int HERE = r * COLUMNS + c;
                logic row_valid_in, first_in, last_in, column_valid_in, sum_shift;
                logic [7:0] activation_in, weight_in;
                logic [SUM_WIDTH-1:0] sum_in;
                if (c == 0) begin : from_edge
                    assign {row_valid_in, first_in, last_in, activation_in} = {valid, first, last, activation};
                end else begin : from_left
                    assign row_valid_in = row_valid_q[HERE-1];
                    assign first_in = first_q[HERE-1];
                    assign last_in = last_q[HERE-1];
                    assign activation_in = activation_q[8*(HERE-1)+:8];
                end
                if (r == 0) begin : from_top
                    assign column_valid_in = edge_column[c].valid;
                    assign weight_in = edge_column[c].weight;
                    assign sum_in = '0;
                    assign sum_shift = 1'b0;
                end else begin : from_above
                    assign column_valid_in = column_valid_q[HERE-COLUMNS];
                    assign weight_in = weight_q[8*(HERE-COLUMNS)+:8];
                    assign sum_in = output_q[SUM_WIDTH*(HERE-COLUMNS)+:SUM_WIDTH];
                    assign sum_shift = edge_column[c].drains & edge_column[c].column_shifts[r];
                end
                os_pe #(
                    .FAMILY(FAMILY),
                    .M(M),
                    .SIGNED_WEIGHTS(SIGNED_WEIGHTS),
                    .STAGES(STAGES),
                    .SUM_WIDTH(SUM_WIDTH)
                ) element (
                    .clk(clk),
                    .reset(reset),
                    .row_valid_in(row_valid_in),
                    .first_in(first_in),
                    .last_in(last_in),
                    .activation_in(activation_in),
                    .row_valid_out(row_valid_q[HERE]),
                    .first_out(first_q[HERE]),
                    .last_out(last_q[HERE]),
                    .activation_out(activation_q[8*HERE+:8]),
                    .column_valid_in(column_valid_in),
                    .weight_in(weight_in),
                    .column_valid_out(column_valid_q[HERE]),
                    .weight_out(weight_q[8*HERE+:8]),
                    .sum_shift(sum_shift),
                    .sum_in(sum_in),
                    .sum_out(output_q[SUM_WIDTH*HERE+:SUM_WIDTH]),
                    .accumulator(accumulator_q[SUM_WIDTH*HERE+:SUM_WIDTH]),
                    .product_q(product_q[PIPELINE_WIDTH*HERE+:PIPELINE_WIDTH])
                );
            end

            // The sums beside the array keep step with those in it.
            logic side_valid, side_first, side_last;
            logic [7:0] side_activation;
            delay_line #(
                .WIDTH (10),
                .STAGES(STAGES)
            ) side_delay (
                .clk(clk),
                .reset(reset),
                .valid_in(row_valid_q[r*COLUMNS]),
                .data_in({first_q[r*COLUMNS], last_q[r*COLUMNS], activation_q[8*r*COLUMNS+:8]}),
                .valid_out(side_valid),
                .data_out({side_first, side_last, side_activation})
            );
            logic side_shift;
            logic [SIDE_WIDTH-1:0] a_in, x_in;
            if (r == 0) begin : side_top
                assign a_in = '0;
                assign x_in = '0;
                assign side_shift = 1'b0;
            end else begin : side_above
                assign side_shift = draining & shifts[r];
                assign a_in = a_output_q[SIDE_WIDTH*(r-1)+:SIDE_WIDTH];
                assign x_in = x_output_q[SIDE_WIDTH*(r-1)+:SIDE_WIDTH];
            end
            os_sum_pe #(
                .TERM_WIDTH(8),
                .SUM_WIDTH (SIDE_WIDTH)
            ) side_a (
                .clk(clk),
                .enable(side_valid),
                .first(side_first),
                .last(side_last),
                .term(side_activation),
                .sum_shift(side_shift),
                .sum_in(a_in),
                .sum_out(a_output_q[SIDE_WIDTH*r+:SIDE_WIDTH]),
                .accumulator(a_accumulator_q[SIDE_WIDTH*r+:SIDE_WIDTH])
            );
            logic [X_WIDTH-1:0] x;
            if (FAMILY == 0) begin : exact
                assign x = '0;
            end else begin : approximate
                control_variate #(
                    .VARIATE(VARIATE),
                    .LOW_BITS(LOW_BITS),
                    .WIDTH(X_WIDTH)
                ) variate (
                    .activation(side_activation),
                    .x(x)
                );
            end
            os_sum_pe #(
                .TERM_WIDTH(X_WIDTH),
                .SUM_WIDTH (SIDE_WIDTH)
            ) side_x (
                .clk(clk),
                .enable(side_valid),
                .first(side_first),
                .last(side_last),
                .term(x),
                .sum_shift(side_shift),
                .sum_in(x_in),
                .sum_out(x_output_q[SIDE_WIDTH*r+:SIDE_WIDTH]),
                .accumulator(x_accumulator_q[SIDE_WIDTH*r+:SIDE_WIDTH])
            );
        end
    endgenerate

    delay_line #(
        .WIDTH (2 * SIDE_WIDTH),
        .STAGES(COLUMNS - 1)
    ) side_deskew (
        .clk(clk),
        .reset(reset),
        .valid_in(delivers),
        .data_in({a_output_q[SIDE_WIDTH*(ROWS-1)+:SIDE_WIDTH], x_output_q[SIDE_WIDTH*(ROWS-1)+:SIDE_WIDTH]}),
        .valid_out(sums_valid),
        .data_out({sum_a, sum_x})
    );
    always_ff @(posedge clk) corrected_valid <= correct & sums_valid & ~reset;
endmodule
