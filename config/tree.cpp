#include "config/tree.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <sstream>

#include "config/text.hpp"

namespace sgw::config {
namespace {

/// What a tree may weigh with all its aliases expanded.
constexpr std::size_t max_weight = std::size_t{32} * 1024 * 1024;

/// Of one mapping; the check for duplicates looks at each.
constexpr std::size_t max_keys = 1000;

/// A comment put behind the text: found inside a quoted value, it tells that the closing quote is
/// missing, which the library takes without a word. Texts with such a character are refused before.
constexpr std::string_view end_mark = "# \x01";

/// Why a text is not taken; thrown to unwind the YAML library's parser, never leaves this file.
struct Stop {
    int line;
    std::string key;
    std::string message;
};

std::size_t weight(const TreeNode& node) {
    std::size_t sum = sizeof(TreeNode) + node.text.size();
    for (const auto& key : node.keys) sum += weight(key);
    for (const auto& item : node.items) sum += weight(item);
    return sum;
}

/// Builds a TreeNode from the parser's events.
class Builder : public YAML::EventHandler {
  public:
    TreeNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ > 0) {
            throw Stop{mark.line + 1, {}, "a second document begins; only one is allowed"};
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(TreeNode{TreeNode::Kind::null, mark.line + 1, {}, {}, {}}, anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchored_.find(anchor);
        if (found == anchored_.end()) throw Stop{mark.line + 1, {}, "an alias holds itself"};
        spend(weight(found->second), mark.line + 1);
        add(found->second, YAML::NullAnchor);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_tag(mark, tag);
        if (tag == "!" && value.ends_with(end_mark)) {
            throw Stop{mark.line + 1, {}, "YAML syntax: a quote is not closed"};
        }
        add(TreeNode{TreeNode::Kind::scalar, mark.line + 1, value, {}, {}}, anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        refuse_tag(mark, tag);
        open_.push_back(
            {TreeNode{TreeNode::Kind::sequence, mark.line + 1, {}, {}, {}}, anchor, {}});
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        refuse_tag(mark, tag);
        open_.push_back({TreeNode{TreeNode::Kind::mapping, mark.line + 1, {}, {}, {}}, anchor, {}});
    }
    void OnMapEnd() override { close(); }

  private:
    struct Open {
        TreeNode node;
        YAML::anchor_t anchor;
        std::optional<TreeNode> key;  // of a mapping: read, its value still to come
    };

    static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        // "?" and "!" are the library's words for a plain and a quoted scalar without a tag.
        if (!tag.empty() && tag != "?" && tag != "!") {
            throw Stop{mark.line + 1,
                       {},
                       "tags (!name) are not supported; quote a text that begins with !"};
        }
    }

    void spend(std::size_t amount, int line) {
        spent_ += amount;
        if (spent_ > max_weight) throw Stop{line, {}, "aliases make this configuration too large"};
    }

    void close() {
        auto done = std::move(open_.back());
        open_.pop_back();
        add(std::move(done.node), done.anchor);
    }

    void add(TreeNode node, YAML::anchor_t anchor) {
        spend(sizeof(TreeNode) + node.text.size(), node.line);
        if (anchor != YAML::NullAnchor) {
            spend(weight(node), node.line);
            anchored_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (open_.back().node.kind == TreeNode::Kind::sequence) {
            open_.back().node.items.push_back(std::move(node));
        } else {
            add_to_mapping(open_.back(), std::move(node));
        }
    }

    static void add_to_mapping(Open& mapping, TreeNode node) {
        if (mapping.key) {
            // The library puts a missing value where the next thing stands.
            if (node.kind == TreeNode::Kind::null) node.line = mapping.key->line;
            mapping.node.keys.push_back(std::move(*mapping.key));
            mapping.node.items.push_back(std::move(node));
            mapping.key.reset();
            return;
        }
        if (node.kind != TreeNode::Kind::scalar) throw Stop{node.line, {}, "a key must be a text"};
        if (mapping.node.keys.size() == max_keys) throw Stop{node.line, {}, "too many keys"};
        for (const auto& known : mapping.node.keys) {
            if (known.text != node.text) continue;
            throw Stop{
                node.line, node.text, "given twice, first in line " + std::to_string(known.line)};
        }
        mapping.key = std::move(node);
    }

    TreeNode root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, TreeNode> anchored_;
    std::size_t spent_ = 0;
    int documents_ = 0;
};

Problems refusal(const std::string& file, int line, std::string key, std::string message) {
    return {Problem{file, line, std::move(key), std::move(message), {}}};
}

/// The library ends its input silently at some control characters, so they must not reach it.
bool is_unwanted(char c) {
    return is_control(c) && c != '\t' && c != '\n' && c != '\r';
}

/// What the library would take without a word: an indented tab, for one, continues the value above.
std::optional<Stop> unwanted_line(std::string_view text) {
    for (int number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        if (std::any_of(line.begin(), line.end(), is_unwanted)) {
            return Stop{number, {}, "holds a control character; write it as an escape in quotes"};
        }
        const auto content = line.find_first_not_of(" \t\r");
        if (content != std::string_view::npos && line.substr(0, content).find('\t') != line.npos) {
            return Stop{number, {}, "is indented with a tab; use spaces"};
        }
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return std::nullopt;
}

/// The library's own words without what may follow a colon: a piece of the text, perhaps of a
/// secret.
std::string syntax_message(const YAML::ParserException& error) {
    return "YAML syntax: " + error.msg.substr(0, error.msg.find(": "));
}

std::string with_end_mark(std::string_view text) {
    return std::string(text) + (text.ends_with('\n') ? "" : "\n") + std::string(end_mark);
}

/// What the library misses at the end it reports behind the last line.
int line_within(std::string_view text, const YAML::Mark& mark) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + (text.ends_with('\n') ? 0 : 1);
    return std::min(mark.line + 1, static_cast<int>(lines));
}

}  // namespace

Result<TreeNode> parse_tree(const std::string& file, std::string_view text) {
    if (text.size() > max_text_bytes) return refusal(file, 0, {}, "larger than 1 MiB");
    if (const auto stop = unwanted_line(text)) return refusal(file, stop->line, {}, stop->message);
    try {
        std::istringstream stream(with_end_mark(text));
        YAML::Parser parser(stream);
        Builder builder;
        while (parser.HandleNextDocument(builder)) {
        }
        return builder.take();
    } catch (const Stop& error) {
        return refusal(file, error.line, error.key, error.message);
    } catch (const YAML::DeepRecursion& error) {
        return refusal(file, line_within(text, error.mark), {}, "nested too deep");
    } catch (const YAML::ParserException& error) {
        return refusal(file, line_within(text, error.mark), {}, syntax_message(error));
    } catch (const std::exception&) {
        return refusal(file, 0, {}, "cannot be read as YAML");
    }
}

}  // namespace sgw::config
