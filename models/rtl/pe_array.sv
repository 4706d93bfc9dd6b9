// R x C weight-stationary array with input skew, output deskew and, at its left edge, the sum-x / sum-A column.
//
// A fold of k rows and n columns uses the k bottom rows and the n left columns: partial sums must leave at the bottom,
// so the rows above stay idle and hold their registers. Element j of a vector and weight row j belong to array row
// ROWS - k + j. Weight rows go in last row first (k - 1, ..., 0), one a cycle, in the first k of a load's ROWS cycles.
//
// Cycles: a vector accepted in cycle p leaves in cycle p + ROWS + COLUMNS + STAGES, all columns at once.
module pe_array #(
    parameter int ROWS = 4,
    parameter int COLUMNS = 4,
    parameter int FAMILY = 0,  // 0 exact, 1 perforated, 2 recursive, 3 truncated
    parameter int M = 0,
    parameter int SIGNED_WEIGHTS = 0,
    parameter int FUSED = 0,    // 1: partial products and partial sum in one addition
    parameter int HOLDS_ACTIVATIONS = 0,  // 1: input-stationary; what streams are weights. Without SUM_A and SUM_X
    parameter int STAGES = 0,   // of the multipliers' pipeline
    parameter int SHADOW = 1,   // 1: shadow weight registers
    parameter int SUM_A = 1,    // 1: the sum-A column
    parameter int SUM_X = 0,    // sum x: 0 none (always for FAMILY 0), 1 one shared column, 2 in every PE
    parameter int VARIATE = 0,  // x(A): 0 low bits, 1 their OR, 2 their number of ones
    // derived
    parameter int ROW_BITS = $clog2(ROWS + 1),
    parameter int COLUMN_BITS = $clog2(COLUMNS + 1),
    parameter int PSUM_WIDTH = 16 + $clog2(ROWS),
    parameter int SUM_A_WIDTH = 8 + $clog2(ROWS),
    parameter int LOW_BITS = FAMILY == 0 ? 1 : M > 8 ? 8 : M,
    parameter int X_WIDTH = VARIATE == 0 ? LOW_BITS : VARIATE == 1 ? 1 : $clog2(LOW_BITS + 1),
    parameter int SUM_X_WIDTH = X_WIDTH + $clog2(ROWS)
) (
    input  logic                           clk,
    input  logic                           reset,
    // weights
    input  logic                           load_valid,
    output logic                           load_ready,
    input  logic [           ROW_BITS-1:0] load_rows,
    input  logic [        COLUMN_BITS-1:0] load_columns,
    input  logic [          8*COLUMNS-1:0] weight_row,
    // activations
    input  logic                           vector_valid,
    output logic                           vector_ready,
    input  logic                           vector_last,
    input  logic [             8*ROWS-1:0] activations,
    // sums
    output logic                           sums_valid,
    output logic [            COLUMNS-1:0] column_valid,  // columns that the fold uses
    output logic [ PSUM_WIDTH*COLUMNS-1:0] psum,
    output logic [        SUM_A_WIDTH-1:0] sum_a,
    output logic [SUM_X_WIDTH*COLUMNS-1:0] sum_x          // shared column: the same for every column
);
    localparam int PER_MAC = SUM_X == 2 ? 1 : 0;

    // The PEs' registers, one slot a PE, [row][column]; slots of sums are as wide as the last row's.
    localparam int PES = ROWS * COLUMNS;
    logic [8*PES-1:0] activation_q  /* verilator public_flat_rd */;
    logic [8*PES-1:0] weight_q  /* verilator public_flat_rd */;  // what the multipliers see
    logic [8*PES-1:0] chain_q;                                  // what shifts down: shadow_q with shadow registers
    localparam int PIPELINE_WIDTH = STAGES == 0 ? 1 : 16 * STAGES;
    logic [PIPELINE_WIDTH*PES-1:0] product_q  /* verilator public_flat_rd */;
    logic [PSUM_WIDTH*PES-1:0] psum_q  /* verilator public_flat_rd */;
    logic [SUM_X_WIDTH*PES-1:0] mac_x_q  /* verilator public_flat_rd */;
    logic [SUM_A_WIDTH*ROWS-1:0] sum_a_q  /* verilator public_flat_rd */;
    logic [SUM_X_WIDTH*ROWS-1:0] sum_x_q  /* verilator public_flat_rd */;
    // What leaves the last row or column has no load; with one row and column that is all of it.
    /* verilator lint_off UNUSEDSIGNAL */
    logic [PES-1:0] row_valid_q, column_valid_q, swap_q;
    logic [COLUMNS-1:0] top_weight_continue;
    logic [PES-1:0] sum_x_valid_q;  // sums of activations do not wait for the multipliers
    /* verilator lint_on UNUSEDSIGNAL */
    logic [PES-1:0] psum_valid_q  /* verilator public_flat_rd */;
    logic [PES-1:0] chain_shift;  // the PE captures a weight in this cycle

    logic weight_valid, weight_shift, vector_accepted, vector_swap;
    /* verilator lint_off UNUSEDSIGNAL */
    logic weight_first;  // needed by the wave of shadow registers only
    /* verilator lint_on UNUSEDSIGNAL */
    logic [ROW_BITS-1:0] vector_rows;
    logic [COLUMN_BITS-1:0] weight_columns, vector_columns;
    array_control #(
        .ROWS(ROWS),
        .COLUMNS(COLUMNS),
        .SHADOW(SHADOW),
        .STAGES(STAGES),
        .ROW_BITS(ROW_BITS),
        .COLUMN_BITS(COLUMN_BITS)
    ) control (
        .clk(clk),
        .reset(reset),
        .load_valid(load_valid),
        .load_ready(load_ready),
        .load_rows(load_rows),
        .load_columns(load_columns),
        .vector_valid(vector_valid),
        .vector_ready(vector_ready),
        .vector_last(vector_last),
        .weight_valid(weight_valid),
        .weight_shift(weight_shift),
        .weight_first(weight_first),
        .weight_columns(weight_columns),
        .vector_accepted(vector_accepted),
        .vector_swap(vector_swap),
        .vector_rows(vector_rows),
        .vector_columns(vector_columns)
    );

    // Left edge: row r gets its element r cycles after row 0.
    logic [ROWS-1:0] edge_valid, edge_swap;
    logic [8*ROWS-1:0] edge_activation;
    generate
        for (genvar r = 0; r < ROWS; r = r + 1) begin : input_skew
            localparam int ABOVE = ROWS - r;  // the row is used by folds of at least this many rows
            delay_line #(
                .WIDTH (9),
                .STAGES(r)
            ) line (
                .clk(clk),
                .reset(reset),
                .valid_in(vector_accepted & vector_rows >= ABOVE[ROW_BITS-1:0]),
                .data_in({vector_swap, activations[8*r+:8]}),
                .valid_out(edge_valid[r]),
                .data_out({edge_swap[r], edge_activation[8*r+:8]})
            );
        end
    endgenerate

    // Top edge: column c learns of a vector, and with shadow registers gets its weight, c cycles after column 0.
    logic [COLUMNS-1:0] top_valid, top_weight_valid;
    logic [8*COLUMNS-1:0] top_weight;
    generate
        for (genvar c = 0; c < COLUMNS; c = c + 1) begin : top_edge
            localparam int COLUMN = c;
            logic accepted;
            logic [COLUMN_BITS-1:0] columns;
            if (c == 0) begin : first
                assign accepted = vector_accepted;
                assign columns  = vector_columns;
            end else begin : further
                delay_line #(
                    .WIDTH (COLUMN_BITS),
                    .STAGES(1)
                ) line (
                    .clk(clk),
                    .reset(reset),
                    .valid_in(top_edge[c-1].accepted),
                    .data_in(top_edge[c-1].columns),
                    .valid_out(accepted),
                    .data_out(columns)
                );
            end
            assign top_valid[c] = accepted & columns > COLUMN[COLUMN_BITS-1:0];

            if (SHADOW != 0) begin : wave
                delay_line #(
                    .WIDTH (8),
                    .STAGES(c)
                ) line (
                    .clk(clk),
                    .reset(reset),
                    .valid_in(weight_valid & weight_columns > COLUMN[COLUMN_BITS-1:0]),
                    .data_in(weight_row[8*c+:8]),
                    .valid_out(top_weight_valid[c]),
                    .data_out(top_weight[8*c+:8])
                );
                // Words move down while their load goes on, and stop at its end.
                if (c == 0) begin : first
                    assign top_weight_continue[c] = weight_shift & ~weight_first;
                end else begin : further
                    logic continue_q;
                    always_ff @(posedge clk) continue_q <= top_weight_continue[c-1] & ~reset;
                    assign top_weight_continue[c] = continue_q;
                end
            end else begin : all_at_once
                // Every row of the column shifts in each of the ROWS cycles; zeros follow the fold's last row.
                assign top_weight_valid[c] = weight_shift & weight_columns > COLUMN[COLUMN_BITS-1:0];
                assign top_weight_continue[c] = top_weight_valid[c];
                assign top_weight[8*c+:8] = weight_row[8*c+:8] & {8{weight_valid}};
            end
        end
    endgenerate

    generate
        for (genvar r = 0; r < ROWS; r = r + 1) begin : row
            localparam int ABOVE = r == 0 ? 0 : r - 1;
            localparam int WIDTH = 16 + $clog2(r + 1);
            localparam int IN_WIDTH = 16 + $clog2(ABOVE + 1);
            localparam int A_WIDTH = 8 + $clog2(r + 1);
            localparam int A_IN_WIDTH = 8 + $clog2(ABOVE + 1);
            localparam int SX_WIDTH = X_WIDTH + $clog2(r + 1);
            localparam int SX_IN_WIDTH = X_WIDTH + $clog2(ABOVE + 1);
            for (genvar c = 0; c < COLUMNS; c = c + 1) begin : column
                localparam int HERE = r * COLUMNS + c;
                localparam int NORTH = ABOVE * COLUMNS + c;
                logic row_valid_in, swap_in, column_valid_in, psum_valid_in, sum_x_valid_in;
                logic [7:0] activation_in, weight_in;
                logic [IN_WIDTH-1:0] psum_in;
                logic [SX_IN_WIDTH-1:0] sum_x_in;
                logic [WIDTH-1:0] psum_out;
                logic [SX_WIDTH-1:0] sum_x_out;
                if (c == 0) begin : left
                    assign row_valid_in = edge_valid[r];
                    assign swap_in = edge_swap[r] & edge_valid[r];
                    assign activation_in = edge_activation[8*r+:8];
                end else begin : inner
                    assign row_valid_in = row_valid_q[HERE-1];
                    assign swap_in = swap_q[HERE-1];
                    assign activation_in = activation_q[8*(HERE-1)+:8];
                end
                if (r == 0) begin : top
                    assign column_valid_in = top_valid[c];
                    assign weight_in = top_weight[8*c+:8];
                    assign chain_shift[HERE] = top_weight_valid[c];
                    assign psum_valid_in = 1'b0;
                    assign sum_x_valid_in = 1'b0;
                    assign psum_in = '0;
                    assign sum_x_in = '0;
                end else begin : below
                    assign column_valid_in = column_valid_q[NORTH];
                    assign weight_in = chain_q[8*NORTH+:8];
                    assign psum_valid_in = psum_valid_q[NORTH];
                    assign sum_x_valid_in = sum_x_valid_q[NORTH];
                    assign psum_in = psum_q[PSUM_WIDTH*NORTH+:IN_WIDTH];
                    assign sum_x_in = mac_x_q[SUM_X_WIDTH*NORTH+:SX_IN_WIDTH];
                    if (SHADOW != 0) begin : wave
                        // The row above captured a word a cycle ago: it has further to go.
                        logic word_above_q;
                        always_ff @(posedge clk) word_above_q <= chain_shift[NORTH] & ~reset;
                        assign chain_shift[HERE] = word_above_q & top_weight_continue[c];
                    end else begin : all_at_once
                        assign chain_shift[HERE] = top_weight_continue[c];
                    end
                end
                pe #(
                    .FAMILY(FAMILY),
                    .M(M),
                    .SIGNED_WEIGHTS(SIGNED_WEIGHTS),
                    .FUSED(FUSED),
                    .HOLDS_ACTIVATIONS(HOLDS_ACTIVATIONS),
                    .STAGES(STAGES),
                    .SHADOW(SHADOW),
                    .BYPASS(r == 0 ? 1 : 0),
                    .PSUM_IN_WIDTH(IN_WIDTH),
                    .PSUM_WIDTH(WIDTH),
                    .SUM_X(PER_MAC),
                    .VARIATE(VARIATE),
                    .LOW_BITS(LOW_BITS),
                    .X_WIDTH(X_WIDTH),
                    .SUM_X_IN_WIDTH(SX_IN_WIDTH),
                    .SUM_X_WIDTH(SX_WIDTH)
                ) element (
                    .clk(clk),
                    .reset(reset),
                    .row_valid_in(row_valid_in),
                    .swap_in(swap_in),
                    .activation_in(activation_in),
                    .row_valid_out(row_valid_q[HERE]),
                    .swap_out(swap_q[HERE]),
                    .activation_out(activation_q[8*HERE+:8]),
                    .column_valid_in(column_valid_in),
                    .column_valid_out(column_valid_q[HERE]),
                    .weight_shift(chain_shift[HERE]),
                    .weight_in(weight_in),
                    .weight_out(chain_q[8*HERE+:8]),
                    .psum_valid_in(psum_valid_in),
                    .psum_in(psum_in),
                    .psum_valid_out(psum_valid_q[HERE]),
                    .psum_out(psum_out),
                    .sum_x_valid_in(sum_x_valid_in),
                    .sum_x_in(sum_x_in),
                    .sum_x_valid_out(sum_x_valid_q[HERE]),
                    .sum_x_out(sum_x_out),
                    .weight_active(weight_q[8*HERE+:8]),
                    .product_q(product_q[PIPELINE_WIDTH*HERE+:PIPELINE_WIDTH])
                );
                assign psum_q[PSUM_WIDTH*HERE+:WIDTH] = psum_out;
                assign mac_x_q[SUM_X_WIDTH*HERE+:SX_WIDTH] = sum_x_out;
                if (WIDTH < PSUM_WIDTH) begin : pad_psum
                    assign psum_q[PSUM_WIDTH*HERE+WIDTH+:PSUM_WIDTH-WIDTH] = '0;
                end
                if (SX_WIDTH < SUM_X_WIDTH) begin : pad_x
                    assign mac_x_q[SUM_X_WIDTH*HERE+SX_WIDTH+:SUM_X_WIDTH-SX_WIDTH] = '0;
                end
            end

            logic sum_valid_in;
            logic [A_IN_WIDTH-1:0] sum_a_in;
            logic [SX_IN_WIDTH-1:0] sum_x_in;
            logic [A_WIDTH-1:0] sum_a_out;
            logic [SX_WIDTH-1:0] sum_x_out;
            if (r == 0) begin : top
                assign sum_valid_in = 1'b0;
                assign sum_a_in = '0;
                assign sum_x_in = '0;
            end else begin : below
                assign sum_valid_in = sum_x_valid_q[ABOVE*COLUMNS];
                assign sum_a_in = sum_a_q[SUM_A_WIDTH*ABOVE+:A_IN_WIDTH];
                assign sum_x_in = sum_x_q[SUM_X_WIDTH*ABOVE+:SX_IN_WIDTH];
            end
            sum_column_pe #(
                .SUM_A(SUM_A),
                .SUM_X(SUM_X == 1 ? 1 : 0),
                .VARIATE(VARIATE),
                .LOW_BITS(LOW_BITS),
                .X_WIDTH(X_WIDTH),
                .SUM_A_IN_WIDTH(A_IN_WIDTH),
                .SUM_A_WIDTH(A_WIDTH),
                .SUM_X_IN_WIDTH(SX_IN_WIDTH),
                .SUM_X_WIDTH(SX_WIDTH)
            ) sums (
                .clk(clk),
                .enable(row_valid_q[r*COLUMNS]),
                .sum_valid_in(sum_valid_in),
                .activation(activation_q[8*r*COLUMNS+:8]),
                .sum_a_in(sum_a_in),
                .sum_x_in(sum_x_in),
                .sum_a_out(sum_a_out),
                .sum_x_out(sum_x_out)
            );
            assign sum_a_q[SUM_A_WIDTH*r+:A_WIDTH] = sum_a_out;
            assign sum_x_q[SUM_X_WIDTH*r+:SX_WIDTH] = sum_x_out;
            if (A_WIDTH < SUM_A_WIDTH) begin : pad_a
                assign sum_a_q[SUM_A_WIDTH*r+A_WIDTH+:SUM_A_WIDTH-A_WIDTH] = '0;
            end
            if (SX_WIDTH < SUM_X_WIDTH) begin : pad_x
                assign sum_x_q[SUM_X_WIDTH*r+SX_WIDTH+:SUM_X_WIDTH-SX_WIDTH] = '0;
            end
        end
    endgenerate

    // Bottom edge: column c waits for the last column, and sums of activations for the multipliers.
    localparam int BOTTOM = (ROWS - 1) * COLUMNS;
    generate
        for (genvar c = 0; c < COLUMNS; c = c + 1) begin : output_deskew
            delay_line #(
                .WIDTH (PSUM_WIDTH),
                .STAGES(COLUMNS - 1 - c)
            ) line (
                .clk(clk),
                .reset(reset),
                .valid_in(psum_valid_q[BOTTOM+c]),
                .data_in(psum_q[PSUM_WIDTH*(BOTTOM+c)+:PSUM_WIDTH]),
                .valid_out(column_valid[c]),
                .data_out(psum[PSUM_WIDTH*c+:PSUM_WIDTH])
            );
        end
    endgenerate
    assign sums_valid = column_valid[0];

    /* verilator lint_off PINCONNECTEMPTY */  // valid bits already known from the columns
    generate
        if (SUM_A != 0) begin : deskew_sum_a
            delay_line #(
                .WIDTH (SUM_A_WIDTH),
                .STAGES(COLUMNS - 1 + STAGES)
            ) line (
                .clk(clk),
                .reset(reset),
                .valid_in(sum_x_valid_q[BOTTOM]),
                .data_in(sum_a_q[SUM_A_WIDTH*(ROWS-1)+:SUM_A_WIDTH]),
                .valid_out(),
                .data_out(sum_a)
            );
        end else begin : no_sum_a
            assign sum_a = '0;
        end
        if (SUM_X == 1) begin : deskew_sum_x
            logic [SUM_X_WIDTH-1:0] shared;
            delay_line #(
                .WIDTH (SUM_X_WIDTH),
                .STAGES(COLUMNS - 1 + STAGES)
            ) line (
                .clk(clk),
                .reset(reset),
                .valid_in(sum_x_valid_q[BOTTOM]),
                .data_in(sum_x_q[SUM_X_WIDTH*(ROWS-1)+:SUM_X_WIDTH]),
                .valid_out(),
                .data_out(shared)
            );
            assign sum_x = {COLUMNS{shared}};
        end else if (SUM_X == 2) begin : deskew_mac_x
            for (genvar c = 0; c < COLUMNS; c = c + 1) begin : output_column
                delay_line #(
                    .WIDTH (SUM_X_WIDTH),
                    .STAGES(COLUMNS - 1 - c + STAGES)
                ) line (
                    .clk(clk),
                    .reset(reset),
                    .valid_in(sum_x_valid_q[BOTTOM+c]),
                    .data_in(mac_x_q[SUM_X_WIDTH*(BOTTOM+c)+:SUM_X_WIDTH]),
                    .valid_out(),
                    .data_out(sum_x[SUM_X_WIDTH*c+:SUM_X_WIDTH])
                );
            end
        end else begin : no_sum_x
            assign sum_x = '0;
        end
    endgenerate
    /* verilator lint_on PINCONNECTEMPTY */

    // For observation: with shadow registers, the shadow registers; else nothing.
    logic [8*PES-1:0] shadow_q  /* verilator public_flat_rd */;
    assign shadow_q = SHADOW != 0 ? chain_q : '0;
endmodule
