    .section .rodata
    .global approxtlm_embedded_network_begin
    .global approxtlm_embedded_network_end
approxtlm_embedded_network_begin:
    .incbin "embedded.onnx"
approxtlm_embedded_network_end:
    .section .note.GNU-stack,"",%progbits
