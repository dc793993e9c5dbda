/// What a server says (RFC 5321 §4.2).
///
/// Invariants: the code is 200 to 599; there is at least one line; no line has a CR, an LF or a NUL.
struct Reply: Equatable, Sendable {
    enum Class: Equatable, Sendable {
        /// 2yz
        case success
        /// 3yz
        case intermediate
        /// 4yz
        case temporary
        /// 5yz
        case permanent
    }

    let code: Int
    /// The text of each line, without code and line end, as it came.
    let lines: [[UInt8]]

    var `class`: Class {
        switch code {
        case ..<300: .success
        case ..<400: .intermediate
        case ..<500: .temporary
        default: .permanent
        }
    }

    /// The enhanced status at the beginning of the first line that has any, if it agrees with the code (RFC 2034 §4).
    var status: EnhancedStatus? {
        for line in lines {
            guard let status = EnhancedStatus.parse(line[...])?.status else { continue }
            return Int(status.class.rawValue) == code / 100 ? status : nil
        }
        return nil
    }

    /// All of it as one line without controls, code first, at most 500 bytes: `550 5.1.1 No such user`.
    var text: String {
        var joined = Array("\(code)".utf8)
        var status: EnhancedStatus?
        for line in lines {
            guard joined.count <= TransportText.maximumBytes else { break }
            var rest = line[...]
            // A server that repeats the status on each line says it once.
            if let found = EnhancedStatus.parse(rest) {
                if status == found.status { rest = rest.dropFirst(found.length) }
                status = found.status
            }
            guard rest.contains(where: { $0 != UInt8(ascii: " ") }) else { continue }
            joined.append(UInt8(ascii: " "))
            joined += rest
        }
        return TransportText.clean(joined[...])
    }
}
