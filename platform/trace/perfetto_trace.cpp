#include "platform/trace/perfetto_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace approxtlm::platform {
namespace {

/// Windows over which bandwidth is averaged: at most so many a job, none shorter than this.
constexpr Cycle kMostWindows = 2000, kShortestWindow = 64;

std::string json_text(const std::string& text) {
    using Json = nlohmann::json;
    return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

/// Microseconds, as the format wants them; a cycle is a nanosecond.
std::string microseconds(Cycle cycles) { return fmt::format("{}.{:03}", cycles / 1000, cycles % 1000); }

bool moves_bytes(Unit unit) {
    return unit == Unit::dma_descriptor || unit == Unit::dma_weights || unit == Unit::dma_activations ||
           unit == Unit::dma_store;
}

std::string name_of(Unit unit, const Work& work, const std::vector<std::string>& layers) {
    if (work.stalled) return "stalled";
    if (unit == Unit::sequencer && work.layer < layers.size()) return layers[work.layer];
    if (work.fold != Work::kNone) return fmt::format("fold {}.{}", work.filter_tile, work.fold);
    if (work.tile != Work::kNone) return fmt::format("tile {}", work.tile);
    return fmt::format("layer {}", work.layer);
}

void append_counter(std::string& out, std::size_t process, std::string_view name, Cycle at,
                    const std::string& value) {
    out += fmt::format(",\n{{\"ph\":\"C\",\"pid\":{},\"name\":\"{}\",\"ts\":{},\"args\":{{\"value\":{}}}}}",
                       process, name, microseconds(at), value);
}

}  // namespace

PerfettoTrace::PerfettoTrace(const std::vector<std::string>& designs, std::vector<std::string> layers,
                             std::size_t most_slices)
    : layers_(std::move(layers)), most_slices_(most_slices) {
    for (const std::string& name : designs) designs_.emplace_back(*this, name);
}

bool PerfettoTrace::room() {
    ++(kept_ < most_slices_ ? kept_ : left_out_);
    return left_out_ == 0;
}

void PerfettoTrace::Design::begin(Unit unit, const Work& work, Cycle at) {
    open_[static_cast<std::size_t>(unit)] = {unit, work, at, at};
}

void PerfettoTrace::Design::end(Unit unit, Cycle at) {
    Slice slice = open_[static_cast<std::size_t>(unit)];
    slice.end = at;
    if (trace_.room()) slices_.push_back(slice);
}

void PerfettoTrace::Design::level(Level level, int change, Cycle at) {
    if (trace_.room()) changes_.push_back({level, change, at});
}

void PerfettoTrace::Design::append_slice(std::string& out, std::size_t process, const Slice& slice) const {
    const Work& work = slice.work;
    std::string arguments = fmt::format("\"layer\":{}", work.layer);
    const auto argument = [&](const char* key, std::int64_t value) {
        if (value != Work::kNone) arguments += fmt::format(",\"{}\":{}", key, value);
    };
    argument("tile", work.tile);
    argument("filter_tile", work.filter_tile);
    argument("fold", work.fold);
    if (work.bytes > 0) arguments += fmt::format(",\"bytes\":{}", work.bytes);
    out += fmt::format(
        ",\n{{\"ph\":\"X\",\"pid\":{},\"tid\":{},\"name\":{},\"cat\":\"{}\",\"ts\":{},\"dur\":{},"
        "\"args\":{{{}}}}}",
        process, static_cast<std::size_t>(slice.unit) + 1,
        json_text(name_of(slice.unit, work, trace_.layers_)), work.stalled ? "stall" : "busy",
        microseconds(slice.begin), microseconds(slice.end - slice.begin), arguments);
}

void PerfettoTrace::Design::append_levels(std::string& out, std::size_t process) {
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const Change& a, const Change& b) { return a.at < b.at; });
    std::array<int, static_cast<std::size_t>(Level::count)> now{};
    for (const Change& change : changes_) {
        const auto level = static_cast<std::size_t>(change.level);
        now[level] += change.change;
        append_counter(out, process, kLevelNames[level], change.at, std::to_string(now[level]));
    }
}

void PerfettoTrace::Design::append_bandwidth(std::string& out, std::size_t process) const {
    Cycle last = 0;
    for (const Slice& slice : slices_) last = std::max(last, slice.end);
    const Cycle window = std::max(kShortestWindow, last / kMostWindows + 1);
    std::vector<double> bytes(last / window + 1);
    for (const Slice& slice : slices_) {
        if (!moves_bytes(slice.unit)) continue;
        const double rate =
            static_cast<double>(slice.work.bytes) / static_cast<double>(slice.end - slice.begin);
        for (Cycle at = slice.begin; at < slice.end;) {
            const Cycle stop = std::min(slice.end, (at / window + 1) * window);
            bytes[at / window] += rate * static_cast<double>(stop - at);
            at = stop;
        }
    }
    for (std::size_t i = 0; i < bytes.size(); ++i)
        append_counter(out, process, "memory bytes per cycle", i * window,
                       fmt::format("{:.3f}", bytes[i] / static_cast<double>(window)));
}

void PerfettoTrace::Design::append(std::string& out, std::size_t process) {
    out += fmt::format(",\n{{\"ph\":\"M\",\"pid\":{},\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}",
                       process, json_text(name_));
    for (std::size_t unit = 0; unit < kUnitNames.size(); ++unit) {
        out += fmt::format(
            ",\n{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":\"{}\"}}}}",
            process, unit + 1, kUnitNames[unit]);
        out += fmt::format(
            ",\n{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_sort_index\","
            "\"args\":{{\"sort_index\":{}}}}}",
            process, unit + 1, unit);
    }
    for (const Slice& slice : slices_) append_slice(out, process, slice);
    append_levels(out, process);
    append_bandwidth(out, process);
    for (const Figure& f : figures_)
        append_counter(out, process, f.name, f.at, fmt::format("{:.6g}", f.value));
}

void PerfettoTrace::counter(std::size_t design, const std::string& name, Cycle at, double value) {
    designs_[design].counter(name, at, value);
}

std::string PerfettoTrace::finish() {
    std::string out = fmt::format(
        "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"one_cycle\":\"1 ns\",\"left_out\":{}}},"
        "\"traceEvents\":[\n{{\"ph\":\"M\",\"pid\":0,\"name\":\"process_labels\",\"args\":{{\"labels\":"
        "\"approxtlm\"}}}}",
        left_out_);
    for (std::size_t i = 0; i < designs_.size(); ++i) designs_[i].append(out, i + 1);
    return out + "\n]}\n";
}

}  // namespace approxtlm::platform
