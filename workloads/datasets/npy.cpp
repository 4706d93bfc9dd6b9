#include <algorithm>
#include <cctype>
#include <fstream>

#include "models/common/error.h"
#include "workloads/datasets/readers.h"

namespace approxtlm::workloads {
namespace {

constexpr std::size_t kLargestHeader = 65536;
constexpr std::uint64_t kLargestSide = 65535;
constexpr std::uint64_t kLargestCount = 100'000'000;
constexpr std::uint64_t kLargestData = std::uint64_t{1} << 40;  // times a side still fits 64 bits

/// An open .npy file with its header read: element type, shape, and the stream at the first element.
class NpyFile {
public:
    explicit NpyFile(const std::string& path) : path_(path), file_(path, std::ios::binary | std::ios::ate) {
        if (!file_) fail("no readable file", "a .npy file");
        const std::streamoff bytes = file_.tellg();
        file_.seekg(0);
        parse(read_header());
        const std::uint64_t left = static_cast<std::uint64_t>(bytes - file_.tellg());
        std::uint64_t wanted = type_ == "<i8" ? 8 : 1;
        for (std::uint64_t d : shape_) {
            wanted *= d;
            if (wanted > kLargestData) fail("shape for more than 1 TB", "a smaller array");
        }
        if (left != wanted) fail(std::to_string(left) + " bytes of data", std::to_string(wanted) + " bytes");
    }

    const std::vector<std::uint64_t>& shape() const { return shape_; }
    const std::string& type() const { return type_; }

    void read(void* out, std::size_t bytes) {
        file_.read(static_cast<char*>(out), static_cast<std::streamsize>(bytes));
        if (!file_) fail("a read error", "a readable file");
    }

    [[noreturn]] void fail(const std::string& got, const std::string& expected) const {
        throw InputError(path_, got, expected);
    }

private:
    std::string read_header() {
        unsigned char lead[12] = {};
        file_.read(reinterpret_cast<char*>(lead), 10);
        if (!file_ || std::string(reinterpret_cast<char*>(lead), 6) != "\x93NUMPY")
            fail("another format", "a .npy file");
        std::size_t length = lead[8] + 256u * lead[9];
        if (lead[6] == 2) {
            file_.read(reinterpret_cast<char*>(lead) + 10, 2);
            length += 65536u * lead[10] + 16777216u * lead[11];
        } else if (lead[6] != 1) {
            fail("format version " + std::to_string(lead[6]), "1 or 2");
        }
        if (!file_ || length > kLargestHeader)
            fail("a header of " + std::to_string(length) + " bytes", "a .npy header");
        std::string header(length, '\0');
        file_.read(&header[0], static_cast<std::streamsize>(length));
        if (!file_) fail("a truncated header", "a .npy file");
        return header;
    }

    /// The text after `'key':`, blanks skipped.
    std::string entry(const std::string& header, const std::string& key) const {
        const std::size_t at = header.find("'" + key + "':");
        if (at == std::string::npos) fail("a header without '" + key + "'", "a .npy header");
        const std::size_t start = header.find_first_not_of(' ', at + key.size() + 3);
        return start == std::string::npos ? "" : header.substr(start);
    }

    void parse(const std::string& header) {
        const std::string descr = entry(header, "descr");
        if (descr.compare(0, 5, "'|u1'") != 0 && descr.compare(0, 5, "'<i8'") != 0)
            fail("element type " + descr.substr(0, std::min<std::size_t>(descr.find(','), 8)),
                 "uint8 ('|u1') or int64 ('<i8')");
        type_ = descr.substr(1, 3);
        if (entry(header, "fortran_order").compare(0, 5, "False") != 0) fail("Fortran order", "C order");
        parse_shape(entry(header, "shape"));
    }

    void parse_shape(const std::string& text) {
        if (text.empty() || text[0] != '(') fail("a header without a shape", "a .npy header");
        std::uint64_t number = 0;
        bool digits = false;
        for (std::size_t i = 1; i < text.size(); ++i) {
            const char c = text[i];
            if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
                number = number * 10 + static_cast<std::uint64_t>(c - '0');
                digits = true;
                const std::uint64_t limit = shape_.empty() ? kLargestCount : kLargestSide;
                if (number > limit) fail("a dimension above " + std::to_string(limit), "a smaller array");
            } else if (c == ',' || c == ')') {
                if (digits) shape_.push_back(number);
                number = 0;
                digits = false;
                if (shape_.size() > 4) fail("more than 4 dimensions", "images [N,3,H,W] or labels [N]");
                if (c == ')') return;
            } else if (c != ' ') {
                break;
            }
        }
        fail("a malformed shape", "a .npy header");
    }

    const std::string path_;
    std::ifstream file_;
    std::string type_;
    std::vector<std::uint64_t> shape_;
};

std::string shape_text(const std::vector<std::uint64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ",") + std::to_string(shape[i]);
    return text + "]";
}

std::string labels_path(const std::string& path) {
    const std::string suffix = ".npy";
    if (path.size() < suffix.size() || path.compare(path.size() - suffix.size(), suffix.size(), suffix) != 0)
        throw InputError("dataset npy:" + path, "a name without .npy", "FILE.npy beside FILE.labels.npy");
    return path.substr(0, path.size() - suffix.size()) + ".labels.npy";
}

std::vector<std::uint8_t> read_labels(const std::string& path, std::uint64_t images, std::size_t count) {
    NpyFile file(path);
    if (file.shape() != std::vector<std::uint64_t>{images})
        file.fail("shape " + shape_text(file.shape()), shape_text({images}));
    std::vector<std::uint8_t> labels(count);
    std::vector<std::uint8_t> entry(file.type() == "<i8" ? 8 : 1);
    for (std::size_t i = 0; i < count; ++i) {
        file.read(entry.data(), entry.size());
        if (std::any_of(entry.begin() + 1, entry.end(), [](std::uint8_t byte) { return byte != 0; }))
            file.fail("a label above 255 or below 0 at image " + std::to_string(i), "a label in [0, 255]");
        labels[i] = entry[0];
    }
    return labels;
}

}  // namespace

Dataset load_npy(const std::string& path, std::size_t images) {
    const std::string labels = labels_path(path);
    NpyFile file(path);
    const std::vector<std::uint64_t>& shape = file.shape();
    if (file.type() != "|u1") file.fail("int64 elements", "uint8");
    if (shape.size() != 4 || shape[1] != 3 || shape[0] == 0 || shape[2] == 0 || shape[3] == 0)
        file.fail("shape " + shape_text(shape), "[N,3,H,W]");
    if (images > shape[0])
        file.fail(std::to_string(images) + " images asked for", "at most " + std::to_string(shape[0]));
    Dataset dataset;
    dataset.name = path.substr(path.find_last_of('/') + 1);
    dataset.height = static_cast<int>(shape[2]);
    dataset.width = static_cast<int>(shape[3]);
    const std::size_t count = images == 0 ? static_cast<std::size_t>(shape[0]) : images;
    dataset.labels = read_labels(labels, shape[0], count);
    dataset.classes = 1 + *std::max_element(dataset.labels.begin(), dataset.labels.end());
    dataset.pixels.resize(count * dataset.image_bytes());
    file.read(dataset.pixels.data(), dataset.pixels.size());
    return dataset;
}

}  // namespace approxtlm::workloads
