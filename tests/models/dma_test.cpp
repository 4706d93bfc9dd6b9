// Bursts, bandwidth, outstanding requests, strides and errors of DMA and memory.
#include "models/dma/dma.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <systemc>

#include "models/buffers/buffer.h"
#include "models/memory/memory.h"
#include "models/tlm_support/access.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

const sc_core::sc_time kClock(1, sc_core::SC_NS);

struct Bench : sc_core::sc_module {
    SC_HAS_PROCESS(Bench);
    Bench(const sc_core::sc_module_name& name, const DmaConfig& dma_config, const MemoryConfig& memory_config)
        : sc_module(name),
          memory("memory", memory_config, kClock, 1u << 16),
          dma("dma", dma_config, kClock),
          weights("weights", BufferConfig{1u << 15, 1, 64}, kClock),
          activations("activations", BufferConfig{1u << 15, 1, 64}, kClock) {
        dma.memory.bind(memory.port);
        dma.local[0].bind(weights.port);
        dma.local[1].bind(weights.port);
        dma.local[2].bind(activations.port);
        for (std::size_t i = 0; i < Dma::kChannels; ++i) commands[i].bind(dma.channels[i]);
        SC_THREAD(run);
    }
    void run() { script(); }

    tlm::tlm_response_status issue(DmaChannel channel, DmaTransfer& command) {
        tlm::tlm_generic_payload payload;
        set_transfer(payload, tlm::TLM_WRITE_COMMAND, 0, &command, sizeof(command));
        sc_core::sc_time delay;
        commands[static_cast<std::size_t>(channel)]->b_transport(payload, delay);
        return payload.get_response_status();
    }
    std::uint64_t cycles() const {
        return static_cast<std::uint64_t>(sc_core::sc_time_stamp() / kClock + 0.5);
    }
    void poke(std::uint64_t address, std::vector<std::uint8_t> bytes) {
        tlm::tlm_generic_payload payload;
        set_transfer(payload, tlm::TLM_WRITE_COMMAND, address, bytes.data(), bytes.size());
        ASSERT_EQ(dma.memory->transport_dbg(payload), bytes.size());
    }
    std::vector<std::uint8_t> peek(std::uint64_t address, std::size_t n) {
        std::vector<std::uint8_t> bytes(n);
        tlm::tlm_generic_payload payload;
        set_transfer(payload, tlm::TLM_READ_COMMAND, address, bytes.data(), n);
        EXPECT_EQ(dma.memory->transport_dbg(payload), n);
        return bytes;
    }

    Memory memory;
    Dma dma;
    Buffer weights, activations;
    sc_core::sc_vector<tlm_utils::simple_initiator_socket<Bench>> commands{"commands", Dma::kChannels};
    std::function<void()> script;
};

DmaTransfer load(std::uint32_t bytes) {
    DmaTransfer t;
    t.row_bytes = bytes;
    return t;
}

TEST(Dma, OneBurstTakesLatencyAndBeats) {
    Bench bench("bench", {16, 16, 8}, {40, 16});
    bench.script = [&] {
        auto t = load(256);
        EXPECT_EQ(bench.issue(DmaChannel::activations, t), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(bench.cycles(), 1u + 40 + 256 / 16);
    };
    sc_core::sc_start();
}

TEST(Dma, ManyOutstandingBurstsHideLatency) {
    Bench bench("bench", {16, 16, 8}, {40, 16});
    bench.script = [&] {
        auto t = load(16 * 256);
        bench.issue(DmaChannel::activations, t);
        EXPECT_EQ(bench.cycles(), 1u + 40 + 16 * 16);
    };
    sc_core::sc_start();
}

TEST(Dma, OneOutstandingBurstPaysLatencyEachTime) {
    Bench bench("bench", {16, 16, 1}, {40, 16});
    bench.script = [&] {
        auto t = load(16 * 256);
        bench.issue(DmaChannel::activations, t);
        EXPECT_EQ(bench.cycles(), 16u * (1 + 40 + 16));
    };
    sc_core::sc_start();
}

TEST(Dma, NarrowMemorySetsThePace) {
    Bench bench("bench", {16, 16, 8}, {40, 4});
    bench.script = [&] {
        auto t = load(1024);
        bench.issue(DmaChannel::activations, t);
        EXPECT_EQ(bench.cycles(), 1u + 40 + 1024 / 4);
    };
    sc_core::sc_start();
}

TEST(Dma, TwoChannelsShareTheBus) {
    Bench bench("bench", {16, 16, 8}, {40, 16});
    bench.script = [&] {
        std::uint64_t other_done = 0;
        sc_core::sc_spawn([&] {
            auto t = load(1024);
            t.local = DmaLocal::weight_buffer;
            bench.issue(DmaChannel::weights, t);
            other_done = bench.cycles();
        });
        auto t = load(1024);
        bench.issue(DmaChannel::activations, t);
        const std::uint64_t done = std::max(bench.cycles(), other_done);
        sc_core::wait(100 * kClock);
        EXPECT_EQ(std::max(done, other_done), 1u + 40 + 2 * 1024 / 16);
        // Round robin, burst by burst: the weights' last burst is the last but one.
        EXPECT_EQ(std::min(done, other_done), 1u + 40 + 7 * 16);
        EXPECT_EQ(bench.dma.take_traffic(DmaChannel::weights).bursts, 4u);
        EXPECT_EQ(bench.dma.take_traffic(DmaChannel::weights).bursts, 0u);
    };
    sc_core::sc_start();
}

TEST(Dma, UnalignedStartSplitsAtTheBurstBoundary) {
    Bench bench("bench", {16, 16, 8}, {40, 16});
    bench.script = [&] {
        auto t = load(256);
        t.memory_address = 250;
        bench.issue(DmaChannel::activations, t);
        const auto traffic = bench.dma.take_traffic(DmaChannel::activations);
        EXPECT_EQ(traffic.bursts, 2u);
        EXPECT_EQ(traffic.read_bytes, 256u);
    };
    sc_core::sc_start();
}

TEST(Dma, StridedPlanesComeBackTheWayTheyWent) {
    Bench bench("bench", {16, 4, 4}, {3, 8});
    bench.script = [&] {
        std::vector<std::uint8_t> memory(4096);
        std::iota(memory.begin(), memory.end(), std::uint8_t{0});
        bench.poke(0, memory);
        DmaTransfer t;
        t.memory_address = 5;
        t.row_bytes = 7;
        t.rows = 3;
        t.planes = 2;
        t.row_stride = 100;
        t.plane_stride = 1000;
        ASSERT_EQ(bench.issue(DmaChannel::activations, t), tlm::TLM_OK_RESPONSE);
        DmaTransfer back;
        back.memory_address = 0x8000;
        back.row_bytes = static_cast<std::uint32_t>(t.bytes());
        back.store = true;
        ASSERT_EQ(bench.issue(DmaChannel::store, back), tlm::TLM_OK_RESPONSE);
        const auto stored = bench.peek(0x8000, t.bytes());
        std::size_t i = 0;
        for (unsigned plane = 0; plane < 2; ++plane)
            for (unsigned row = 0; row < 3; ++row)
                for (unsigned byte = 0; byte < 7; ++byte, ++i)
                    EXPECT_EQ(stored[i], memory[5 + plane * 1000 + row * 100 + byte]) << i;
        EXPECT_EQ(bench.dma.take_traffic(DmaChannel::store).written_bytes, t.bytes());
    };
    sc_core::sc_start();
}

TEST(Dma, MemoryErrorNamesTheBurstAndKeepsWhatWasStored) {
    Bench bench("bench", {16, 4, 4}, {3, 16});
    bench.script = [&] {
        DmaTransfer t;
        t.memory_address = (1u << 16) - 64;
        t.row_bytes = 128;
        t.store = true;
        EXPECT_EQ(bench.issue(DmaChannel::store, t), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(t.failed_address, 1u << 16);
        EXPECT_EQ(bench.dma.take_traffic(DmaChannel::store).written_bytes, 64u);
    };
    sc_core::sc_start();
}

}  // namespace
}  // namespace approxtlm
