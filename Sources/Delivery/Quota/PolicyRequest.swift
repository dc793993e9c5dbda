/// A question of Postfix's (SMTPD_POLICY_README): lines `name=value`, and an empty line behind them.
///
/// Total: any bytes are a question, the beginning of one, or none. What is not known is passed over.
package struct PolicyRequest: Equatable, Sendable {
    /// What is asked: `smtpd_access_policy`.
    package var request = ""
    /// The command that Postfix is at: `RCPT`, `END-OF-MESSAGE`…
    package var protocolState = ""
    package var recipient = ""
    /// Bytes as the client declared them, or as they are; 0 where nobody knows.
    package var size = 0

    package init() {}

    /// What a connection's bytes begin with.
    package enum Reading: Equatable, Sendable {
        /// More has to come.
        case incomplete
        /// A question, and how many bytes it took.
        case complete(PolicyRequest, length: Int)
        /// Nothing that could become one.
        case unusable
    }

    /// Bytes of one question.
    package static var maximumLength: Int { 1 << 16 }
    /// Bytes of a value that is looked at; a longer one is nobody's address.
    private static var longestValue: Int { 1024 }

    package static func read(_ bytes: [UInt8]) -> Reading {
        let lineFeed = UInt8(ascii: "\n")
        var request = PolicyRequest()
        var start = 0
        while start < min(bytes.count, maximumLength) {
            guard let end = bytes[start...].firstIndex(of: lineFeed), end < maximumLength else { break }
            let line = bytes[start..<end]
            start = end + 1
            if line.isEmpty { return .complete(request, length: start) }
            request.take(line)
        }
        return bytes.count < maximumLength ? .incomplete : .unusable
    }

    /// The first of several lines of one name counts.
    private mutating func take(_ line: ArraySlice<UInt8>) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return }
        let value = line[(equals + 1)...]
        guard value.count <= Self.longestValue else { return }
        let name = line[..<equals]
        if name.elementsEqual("request".utf8) {
            Self.set(&request, value)
        } else if name.elementsEqual("protocol_state".utf8) {
            Self.set(&protocolState, value)
        } else if name.elementsEqual("recipient".utf8) {
            Self.set(&recipient, value)
        } else if name.elementsEqual("size".utf8), size == 0 {
            size = Self.number(value)
        }
    }

    private static func set(_ field: inout String, _ value: ArraySlice<UInt8>) {
        if field.isEmpty, let text = String(validating: value, as: UTF8.self) { field = text }
    }

    /// 0 for what is no number; the largest one for what is larger.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        var number = 0
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return 0 }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int(digit - 0x30))
            number = tooLarge || overflow ? .max : sum
        }
        return number
    }
}
