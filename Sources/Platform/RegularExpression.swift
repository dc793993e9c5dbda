import CRE2

/// Why a pattern is no regular expression, or none that is taken; or why a text is not matched.
package struct RegularExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// RE2's words, with the part of the pattern that they are about: `missing ): (a`.
    package let description: String
}

/// A compiled pattern of RE2. A match takes time in proportion to the text, whatever the pattern is: nearly always
/// some nanoseconds for each octet, and at worst ``programSize`` steps of such a time.
///
/// The syntax is Perl's, without what cannot be matched in linear time: back references and looking around.
/// Immutable; several threads may use one.
@safe
package final class RegularExpression: @unchecked Sendable {
    package struct Options: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Letters match in either case; those of all of Unicode, unless ``octets`` is given.
        package static var caseInsensitive: Options { Options(rawValue: UInt32(CRE2_CASE_INSENSITIVE)) }
        /// Pattern and text are octets, each a character of ISO 8859-1. Without it both are UTF-8, a pattern
        /// that is not is refused, and octets of the text that are not match nothing.
        package static var octets: Options { Options(rawValue: UInt32(CRE2_OCTETS)) }
        /// Of the matches that begin first, the longest, as POSIX has it; not the one that Perl finds first.
        package static var longest: Options { Options(rawValue: UInt32(CRE2_LONGEST)) }
        /// `.` matches a line feed too.
        package static var dotMatchesAll: Options { Options(rawValue: UInt32(CRE2_DOT_MATCHES_ALL)) }
    }

    package struct Limits: Sendable {
        /// Octets of a pattern.
        package var patternBytes = 32 << 10
        /// Instructions of a program.
        package var programSize = 20_000
        /// Steps that a match may take at worst: instructions times octets of text. A step takes 6 ns.
        package var steps = 2_000_000_000

        package init() {}
    }

    private let pattern: OpaquePointer
    private let maximumSteps: Int
    /// Parenthesised groups that capture.
    package let groups: Int
    /// The most steps that an octet of text can take.
    package let programSize: Int

    package init(
        _ pattern: Span<UInt8>, options: Options = [], limits: Limits = Limits()
    ) throws(RegularExpressionError) {
        guard pattern.count <= limits.patternBytes else {
            throw RegularExpressionError(description: "pattern is longer than \(limits.patternBytes) octets")
        }
        let compiled = unsafe pattern.withUnsafeBufferPointer {
            unsafe cre2_compile($0.baseAddress, $0.count, options.rawValue)
        }
        guard let compiled = unsafe compiled else {
            throw RegularExpressionError(description: "out of memory")
        }
        let words = unsafe String(cString: cre2_error(compiled))
        let size = unsafe cre2_program_size(compiled)
        guard words.isEmpty, size <= limits.programSize else {
            unsafe cre2_free(compiled)
            throw RegularExpressionError(
                description: words.isEmpty
                    ? "pattern needs \(size) instructions, and \(limits.programSize) are allowed" : words)
        }
        unsafe self.pattern = compiled
        groups = unsafe cre2_groups(compiled)
        programSize = size
        maximumSteps = limits.steps
    }

    deinit { unsafe cre2_free(pattern) }

    /// Whether the pattern matches somewhere in `text`; faster than to ask where.
    package func matches(in text: Span<UInt8>) throws(RegularExpressionError) -> Bool {
        try firstMatch(in: text, captures: 0) != nil
    }

    /// The leftmost match: its range in `text`, and those of the groups.
    ///
    /// - Parameter captures: how many ranges are wanted, the whole match being the first; at most 64.
    /// - Returns: as many ranges as are wanted, nil for a group that took no part or does not exist; nil if
    ///   nothing matches.
    /// - Throws: if the match could take too many steps.
    package func firstMatch(
        in text: Span<UInt8>, captures: Int
    ) throws(RegularExpressionError) -> [Range<Int>?]? {
        let (steps, overflow) = text.count.multipliedReportingOverflow(by: programSize)
        guard !overflow, steps <= maximumSteps else {
            throw RegularExpressionError(
                description:
                    "text of \(text.count) octets is too long for a pattern of \(programSize) instructions")
        }
        let count = min(max(captures, 0), Int(CRE2_MAXIMUM_GROUPS))
        var bounds = [Int](repeating: -1, count: 2 * count)
        let isMatch = unsafe text.withUnsafeBufferPointer { text in
            unsafe bounds.withUnsafeMutableBufferPointer { bounds in
                unsafe cre2_match(pattern, text.baseAddress, text.count, bounds.baseAddress, count)
            }
        }
        guard isMatch else { return nil }
        return (0..<count).map { group in
            let (start, end) = (bounds[2 * group], bounds[2 * group + 1])
            return start >= 0 && start <= end ? start..<end : nil
        }
    }
}
