#include "CRE2.h"

#include <re2/re2.h>

namespace {

/* Of which RE2 gives a third to the program, and a third to each of the two automata it makes while it matches. */
constexpr int64_t maximum_memory = 8 << 20;

re2::StringPiece view(const uint8_t *bytes, size_t count) {
    return {count ? reinterpret_cast<const char *>(bytes) : "", count};
}

RE2::Options described(unsigned options) {
    RE2::Options described;
    described.set_log_errors(false);
    described.set_max_mem(maximum_memory);
    described.set_encoding(options & CRE2_OCTETS ? RE2::Options::EncodingLatin1 : RE2::Options::EncodingUTF8);
    described.set_case_sensitive(!(options & CRE2_CASE_INSENSITIVE));
    described.set_longest_match(options & CRE2_LONGEST);
    described.set_dot_nl(options & CRE2_DOT_MATCHES_ALL);
    return described;
}

} // namespace

struct cre2_pattern {
    RE2 compiled;
    std::string error;

    cre2_pattern(const uint8_t *bytes, size_t count, unsigned options)
        : compiled(view(bytes, count), described(options)), error(compiled.error()) {}
};

extern "C" cre2_pattern *cre2_compile(const uint8_t *bytes, size_t count, unsigned options) {
    return new cre2_pattern(bytes, count, options);
}

extern "C" void cre2_free(cre2_pattern *pattern) { delete pattern; }

extern "C" const char *cre2_error(const cre2_pattern *pattern) { return pattern->error.c_str(); }

extern "C" size_t cre2_groups(const cre2_pattern *pattern) {
    int groups = pattern->compiled.NumberOfCapturingGroups();
    return groups > 0 ? static_cast<size_t>(groups) : 0;
}

extern "C" size_t cre2_program_size(const cre2_pattern *pattern) {
    int size = pattern->compiled.ProgramSize();
    return size > 0 ? static_cast<size_t>(size) : 0;
}

extern "C" bool cre2_match(const cre2_pattern *pattern, const uint8_t *text, size_t length, ptrdiff_t *ranges,
                           size_t count) {
    if (count > CRE2_MAXIMUM_GROUPS || !pattern->compiled.ok()) return false;
    re2::StringPiece groups[CRE2_MAXIMUM_GROUPS];
    re2::StringPiece whole = view(text, length);
    if (!pattern->compiled.Match(whole, 0, length, RE2::UNANCHORED, groups, static_cast<int>(count))) return false;
    for (size_t index = 0; index < count; ++index) {
        bool took_part = groups[index].data() != nullptr;
        ranges[2 * index] = took_part ? groups[index].data() - whole.data() : -1;
        ranges[2 * index + 1] = took_part ? ranges[2 * index] + static_cast<ptrdiff_t>(groups[index].size()) : -1;
    }
    return true;
}
