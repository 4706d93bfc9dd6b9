#pragma once

#include <map>
#include <mutex>
#include <string>

namespace approxtlm::power {

/// One mutex a key: two threads that want the same file make it once.
class KeyLocks {
public:
    std::unique_lock<std::mutex> lock(const std::string& key) {
        std::mutex* mutex = nullptr;
        {
            const std::lock_guard guard(mutex_);
            mutex = &locks_[key];
        }
        return std::unique_lock(*mutex);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::mutex> locks_;
};

}  // namespace approxtlm::power
