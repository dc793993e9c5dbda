import Platform

/// A message as it goes over the wire, in pieces: never more of it in memory than one of them.
///
/// Every line ends with CR LF, and nothing else has a CR or an LF: a LF alone becomes CR LF, a CR alone a space, and
/// a last line without an end gets one. So no server can see an end of the message where we meant none
/// (CVE-2023-51764, CVE-2026-33604). A NUL stays as it is: it divides nothing, RFC 5322 §4.1 has it in what is obsolete,
/// and without it signatures would break.
///
/// Invariant: what comes out does not depend on the sizes of the pieces.
struct MessageEncoder: Sendable {
    private let head: [UInt8]
    private let body: SharedBytes
    /// Whether a dot that begins a line is doubled (RFC 5321 §4.5.2).
    private let stuffsDots: Bool
    private var isInBody = false
    /// In the part that is being read.
    private var position = 0
    private var isAtLineStart = true
    /// What must come before anything else.
    private var pending: UInt8?

    init(_ mail: OutgoingMail, stuffingDots: Bool) {
        head = mail.head
        body = mail.body
        stuffsDots = stuffingDots
    }

    /// Exactly `count` bytes, or all that are left.
    mutating func next(atMost count: Int) -> [UInt8] {
        [UInt8](capacity: max(count, 0)) { output in fill(&output) }
    }

    /// Whether there is nothing more.
    var isAtEnd: Bool {
        guard pending == nil, isAtLineStart else { return false }
        return isInBody ? position == body.count : position == head.count && body.count == 0
    }

    private mutating func fill(_ output: inout OutputSpan<UInt8>) {
        while output.freeCapacity > 0 {
            if pending != nil {
                takePending(&output)
            } else if !isInBody, position < head.count {
                let follower = body.count > 0 ? body.span[0] : 0
                let head = head
                copy(head.span, before: follower, to: &output)
            } else if !isInBody {
                isInBody = true
                position = 0
            } else if position < body.count {
                let body = body
                copy(body.span, before: 0, to: &output)
            } else if !isAtLineStart {
                endLine(&output)
            } else {
                return
            }
        }
    }

    private mutating func endLine(_ output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "\r"))
        pending = UInt8(ascii: "\n")
        isAtLineStart = true
    }

    /// Encodes from ``position`` on until `bytes` or the room in `output` ends.
    private mutating func copy(
        _ bytes: Span<UInt8>, before follower: UInt8, to output: inout OutputSpan<UInt8>
    ) {
        // One byte needs at most three: a dot that is doubled, or a line end after one.
        while position < bytes.count, output.freeCapacity > 3 {
            if isAtLineStart, stuffsDots, bytes[position] == UInt8(ascii: ".") {
                output.append(UInt8(ascii: "."))
                isAtLineStart = false
            }
            copyLine(bytes, to: &output)
            if position < bytes.count, output.freeCapacity > 1 {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    copyOne(bytes, before: follower, to: &output)
                    takePending(&output)
                }
            }
        }
        if position < bytes.count, output.freeCapacity > 0 {
            copyOne(bytes, before: follower, to: &output)
        }
    }

    /// Copies what has no CR and no LF. Most of the time goes by here.
    private mutating func copyLine(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        var position = position
        let start = position
        let end = min(bytes.count, position + output.freeCapacity - 2)
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            output.append(byte)
            position += 1
        }
        if position > start { isAtLineStart = false }
        self.position = position
    }

    private mutating func takePending(_ output: inout OutputSpan<UInt8>) {
        guard let byte = pending else { return }
        pending = nil
        output.append(byte)
    }

    /// Encodes the byte at ``position`` where there may be room for one byte only; what it leaves is pending.
    private mutating func copyOne(
        _ bytes: Span<UInt8>, before follower: UInt8, to output: inout OutputSpan<UInt8>
    ) {
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\n") {
            endLine(&output)
        } else if byte == UInt8(ascii: "\r") {
            let next = position < bytes.count ? bytes[position] : follower
            guard next != UInt8(ascii: "\n") else { return }
            output.append(UInt8(ascii: " "))
            isAtLineStart = false
        } else {
            output.append(byte)
            if byte == UInt8(ascii: "."), isAtLineStart, stuffsDots { pending = byte }
            isAtLineStart = false
        }
    }
}
