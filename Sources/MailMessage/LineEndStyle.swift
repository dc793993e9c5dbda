/// How the lines of a message end.
package enum LineEndStyle: Sendable {
    /// On disk.
    case lf
    /// In transport (RFC 5322 §2.1).
    case crlf

    /// The style of the first line that ends; LF if none does.
    package init(of text: Span<UInt8>) {
        let lineFeed = text.firstIndex(of: ASCII.lineFeed, from: 0, to: text.count)
        guard let lineFeed, lineFeed > 0, text[lineFeed &- 1] == ASCII.carriageReturn else {
            self = .lf
            return
        }
        self = .crlf
    }

    /// What ends a line.
    package var bytes: [UInt8] { self == .lf ? [ASCII.lineFeed] : [ASCII.carriageReturn, ASCII.lineFeed] }

    /// `text` with each LF and CRLF made a line end of this style. A CR elsewhere stays.
    package func applied(to text: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count &+ (self == .crlf ? text.count / 32 : 0))
        var index = 0
        while index < text.count {
            let byte = text[index]
            index &+= 1
            if byte == ASCII.carriageReturn, index < text.count, text[index] == ASCII.lineFeed { continue }
            if byte == ASCII.lineFeed, self == .crlf { result.append(ASCII.carriageReturn) }
            result.append(byte)
        }
        return result
    }
}
