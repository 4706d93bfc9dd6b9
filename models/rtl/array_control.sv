// Says when the array may take weights and vectors. A weight load, once begun, takes ROWS consecutive cycles. With
// shadow registers the next load begins as soon as a fold's first vector has gone in; without, when the array has
// drained. A fold's first vector may go in during the last cycle of its weight load.
module array_control #(
    parameter int ROWS = 4,
    parameter int COLUMNS = 4,
    parameter int SHADOW = 1,
    parameter int STAGES = 0,      // of the multipliers' pipeline
    parameter int ROW_BITS = 3,    // clog2(ROWS + 1)
    parameter int COLUMN_BITS = 3  // clog2(COLUMNS + 1)
) (
    input  logic                   clk,
    input  logic                   reset,
    // weight load: its first row goes in when valid and ready
    input  logic                   load_valid,
    output logic                   load_ready,
    input  logic [   ROW_BITS-1:0] load_rows,     // 1..ROWS, shape of the fold, with the first row
    input  logic [COLUMN_BITS-1:0] load_columns,  // 1..COLUMNS
    // vectors
    input  logic                   vector_valid,
    output logic                   vector_ready,
    input  logic                   vector_last,
    // to the array
    output logic                   weight_valid,     // a weight row goes in
    output logic                   weight_shift,     // a load is going on
    output logic                   weight_first,     // its first cycle
    output logic [COLUMN_BITS-1:0] weight_columns,
    output logic                   vector_accepted,
    output logic                   vector_swap,      // the first of a fold
    output logic [   ROW_BITS-1:0] vector_rows,
    output logic [COLUMN_BITS-1:0] vector_columns
);
    localparam int LAST = ROWS - 1;
    logic [ROW_BITS-1:0] load_index_q, load_rows_q, load_rows_now, stream_rows_q;
    logic [COLUMN_BITS-1:0] load_columns_q, stream_columns_q;
    logic loaded_q, in_fold_q, load_last, drained;

    assign load_ready = load_index_q == 0 & ~loaded_q & drained;
    assign weight_first = load_valid & load_ready;
    assign weight_shift = weight_first | load_index_q != 0;
    assign load_last = weight_shift & load_index_q == LAST[ROW_BITS-1:0];
    assign load_rows_now = weight_first ? load_rows : load_rows_q;
    assign weight_columns = weight_first ? load_columns : load_columns_q;
    assign weight_valid = weight_shift & load_index_q < load_rows_now;

    assign vector_ready = in_fold_q | loaded_q | load_last;
    assign vector_accepted = vector_valid & vector_ready;
    assign vector_swap = vector_accepted & ~in_fold_q;
    assign vector_rows = in_fold_q ? stream_rows_q : load_rows_now;
    assign vector_columns = in_fold_q ? stream_columns_q : weight_columns;

    always_ff @(posedge clk) begin
        if (reset) begin
            load_index_q <= '0;
            loaded_q <= 1'b0;
            in_fold_q <= 1'b0;
        end else begin
            if (weight_shift) load_index_q <= load_last ? '0 : load_index_q + 1'b1;
            loaded_q <= (loaded_q | load_last) & ~vector_swap;
            if (vector_accepted) in_fold_q <= ~vector_last;
        end
        if (weight_first) begin
            load_rows_q <= load_rows;
            load_columns_q <= load_columns;
        end
        if (vector_swap) begin
            stream_rows_q <= load_rows_now;
            stream_columns_q <= weight_columns;
        end
    end

    generate
        if (SHADOW != 0) begin : shadow
            assign drained = 1'b1;
        end else begin : no_shadow
            // Rows shift all at once, so the last sum must have been formed: ROWS + COLUMNS - 1 + STAGES cycles on.
            localparam int DRAIN = ROWS + COLUMNS - 1 + STAGES;
            localparam int DRAIN_BITS = $clog2(DRAIN + 1);
            logic [DRAIN_BITS-1:0] drain_q;
            always_ff @(posedge clk) begin
                if (reset) drain_q <= '0;
                else if (vector_accepted) drain_q <= DRAIN[DRAIN_BITS-1:0];
                else if (drain_q != 0) drain_q <= drain_q - 1'b1;
            end
            assign drained = drain_q == 0 & ~in_fold_q;
        end
    endgenerate
endmodule
