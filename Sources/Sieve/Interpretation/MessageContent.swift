package import MailMessage
package import Platform

/// The octets of a message as it stands at some moment of a run: a header section, and a body that may still be the
/// one that came in, so that a change of the header never copies a large body.
package struct MessageContent: Sendable {
    /// All header fields and the empty line behind them.
    package let header: SharedBytes
    /// What the body is taken from,
    package let source: SharedBytes
    /// and where it begins there.
    package let bodyStart: Int

    package init(header: SharedBytes, source: SharedBytes, bodyStart: Int) {
        self.header = header
        self.source = source
        self.bodyStart = min(max(bodyStart, 0), source.count)
    }

    /// The message as one piece, which is copied.
    package init(whole message: Message) {
        let start = message.header.bodyStart
        header = SharedBytes(message.bytes.array(0..<start))
        source = message.bytes
        bodyStart = start
    }

    /// Octets of header and body.
    package var count: Int { header.count + source.count - bodyStart }

    /// Header and body in one array, at most `limit` octets of them.
    package func bytes(limit: Int) -> [UInt8] {
        var bytes = header.array(0..<min(header.count, limit))
        let rest = min(source.count - bodyStart, limit - bytes.count)
        if rest > 0 { bytes += source.array(bodyStart..<(bodyStart + rest)) }
        return bytes
    }
}

extension Message {
    /// The octets of the header and the empty line behind it, with CRLF at the line ends.
    var headerTransportSize: Int {
        let span = bytes.span
        return span.extracting(0..<min(header.bodyStart, span.count)).transportSize
    }
}

extension Span<UInt8> {
    /// How many octets there are with CRLF at every line end.
    var transportSize: Int {
        var size = count
        var previous: UInt8 = 0
        for index in indices {
            let byte = self[index]
            if byte == 0x0A, previous != 0x0D { size &+= 1 }
            previous = byte
        }
        return size
    }
}

extension MessageContent: Equatable {
    package static func == (left: MessageContent, right: MessageContent) -> Bool {
        left.source === right.source && left.bodyStart == right.bodyStart
            && left.header.array(0..<left.header.count) == right.header.array(0..<right.header.count)
    }
}
