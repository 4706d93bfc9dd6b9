# One folder, one target: approxtlm_library(models/dma dma.cpp) makes approxtlm_dma with the alias approxtlm::dma.
# A folder without sources becomes an INTERFACE target.

add_library(approxtlm_warnings INTERFACE)
target_compile_options(approxtlm_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       $<$<BOOL:${APPROXTLM_WARNINGS_AS_ERRORS}>:-Werror>)

function(approxtlm_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    set(target approxtlm_${name})
    if(ARG_SOURCES)
        add_library(${target} STATIC ${ARG_SOURCES})
        target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
        # libsystemc encodes its standard in a link symbol; Debian's is built with 17.
        target_compile_features(${target} PUBLIC cxx_std_17)
        set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
        # Bits must not depend on whether the processor has fused multiply-add.
        target_compile_options(${target} PRIVATE -ffp-contract=off)
        target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE $<BUILD_INTERFACE:approxtlm_warnings>)
    else()
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
        target_compile_features(${target} INTERFACE cxx_std_17)
        target_link_libraries(${target} INTERFACE ${ARG_DEPENDS})
    endif()
    add_library(approxtlm::${name} ALIAS ${target})
endfunction()

# approxtlm_isa_variant(<target> <isa> SOURCES ... OPTIONS ...): the same sources once more for one instruction set, as the
# object library <target>_<isa>, in the namespace that the macro APPROXTLM_<NAME>_ISA names (target approxtlm_<name>).
function(approxtlm_isa_variant target isa)
    cmake_parse_arguments(ARG "" "" "SOURCES;OPTIONS" ${ARGN})
    string(TOUPPER ${target} macro)
    set(variant ${target}_${isa})
    add_library(${variant} OBJECT ${ARG_SOURCES})
    target_include_directories(${variant} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_features(${variant} PRIVATE cxx_std_17)
    set_target_properties(${variant} PROPERTIES CXX_EXTENSIONS OFF)
    target_compile_definitions(${variant} PRIVATE ${macro}_ISA=${isa})
    target_compile_options(${variant} PRIVATE -ffp-contract=off ${ARG_OPTIONS})
    target_link_libraries(${variant} PRIVATE approxtlm_warnings)
endfunction()
