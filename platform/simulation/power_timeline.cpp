#include "platform/simulation/power_timeline.h"

#include <algorithm>
#include <array>

namespace approxtlm::platform {
namespace {

/// As for the bandwidth in traces: at most so many windows a job, none shorter than this.
constexpr Cycle kMostWindows = 2000, kShortestWindow = 64;

/// Units whose work spends energy together.
enum Group : std::size_t { kArray, kDma, kVectorUnit, kSequencer, kGroups };

/// Milliwatts of the three scopes, each within the next.
struct Scopes {
    double array = 0, accelerator = 0, system = 0;
    void add(const Scopes& other, double factor) {
        array += factor * other.array;
        accelerator += factor * other.accelerator;
        system += factor * other.system;
    }
};

std::size_t group_of(Unit unit) {
    switch (unit) {
        case Unit::pe_array:
            return kArray;
        case Unit::dma_descriptor:
        case Unit::dma_weights:
        case Unit::dma_activations:
        case Unit::dma_store:
            return kDma;
        case Unit::vector_unit:
            return kVectorUnit;
        default:
            return kGroups;
    }
}

std::array<Scopes, kGroups> dynamic_mw(const power::PowerBreakdown& mw) {
    const double array = mw.array_mw() - mw.leakage, around = mw.skew_registers + mw.buffers;
    std::array<Scopes, kGroups> groups;
    groups[kArray] = {array, array + around, array + around};
    groups[kDma] = {0, mw.dma, mw.dma + mw.bus + mw.dram};
    groups[kVectorUnit] = {0, mw.vector_unit, mw.vector_unit};
    groups[kSequencer] = {0, mw.sequencer, mw.sequencer};
    return groups;
}

class Builder {
public:
    Builder(const std::vector<LayerPower>& layers, const std::vector<BusySlice>& slices)
        : layers_(layers), slices_(slices) {
        for (const LayerPower& layer : layers) end_ += layer.cycles;
        for (const BusySlice& s : slices) end_ = std::max(end_, s.end);
        window_ = std::max(kShortestWindow, end_ / kMostWindows + 1);
        sums_.resize(end_ == 0 ? 0 : (end_ - 1) / window_ + 1);
    }

    PowerTimeline build() {
        std::vector<std::array<Cycle, kGroups>> busy(layers_.size());
        for_each_work(
            [&](const BusySlice& s, std::size_t group) { busy[s.layer][group] += s.end - s.begin; });
        for_each_work([&](const BusySlice& s, std::size_t group) {
            const LayerPower& layer = layers_[s.layer];
            spread(s.begin, s.end, dynamic_mw(layer.mw)[group],
                   static_cast<double>(layer.cycles) / static_cast<double>(busy[s.layer][group]));
        });
        Cycle begin = 0;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const LayerPower& layer = layers_[l];
            const auto groups = dynamic_mw(layer.mw);
            for (std::size_t g = 0; g < kGroups; ++g)
                if (busy[l][g] == 0) spread(begin, begin + layer.cycles, groups[g], 1);
            spread(begin, begin + layer.cycles, {layer.mw.leakage, layer.mw.leakage, layer.mw.leakage}, 1);
            begin += layer.cycles;
        }
        return samples();
    }

private:
    template <class Body>
    void for_each_work(Body body) const {
        for (const BusySlice& s : slices_) {
            if (s.layer >= layers_.size()) continue;
            if (s.unit == Unit::dma_descriptor) body(s, kSequencer);
            if (const std::size_t group = group_of(s.unit); group < kGroups) body(s, group);
        }
    }
    void spread(Cycle begin, Cycle end, const Scopes& mw, double factor) {
        for (Cycle at = begin; at < end;) {
            const Cycle stop = std::min(end, (at / window_ + 1) * window_);
            sums_[at / window_].add(mw, factor * static_cast<double>(stop - at));
            at = stop;
        }
    }
    PowerTimeline samples() const {
        PowerTimeline timeline{window_, {}};
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            const Cycle at = i * window_;
            const auto cycles = static_cast<double>(std::min(window_, end_ - at));
            timeline.samples.push_back(
                {at, sums_[i].array / cycles, sums_[i].accelerator / cycles, sums_[i].system / cycles});
        }
        return timeline;
    }

    const std::vector<LayerPower>& layers_;
    const std::vector<BusySlice>& slices_;
    Cycle end_ = 0, window_ = 1;
    std::vector<Scopes> sums_;  ///< milliwatts times cycles, by window
};

}  // namespace

PowerTimeline power_timeline(const std::vector<LayerPower>& layers, const std::vector<BusySlice>& slices) {
    return Builder(layers, slices).build();
}

}  // namespace approxtlm::platform
