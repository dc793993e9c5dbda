/// How much a user's mailboxes may hold together; 0 is no limit.
package struct QuotaLimit: Equatable, Sendable {
    package let bytes: Int
    package let messages: Int

    package init(bytes: Int, messages: Int = 0) {
        self.bytes = max(bytes, 0)
        self.messages = max(messages, 0)
    }

    package static var none: QuotaLimit { QuotaLimit(bytes: 0) }

    /// The same with `more` on top of what it limits.
    package func raised(by more: QuotaLimit) -> QuotaLimit {
        QuotaLimit(
            bytes: bytes > 0 ? QuotaUsage.sum(bytes, more.bytes) : 0,
            messages: messages > 0 ? QuotaUsage.sum(messages, more.messages) : 0)
    }

    /// This many hundredths of it.
    package func percent(_ percent: Int) -> QuotaLimit {
        QuotaLimit(bytes: Self.share(bytes, percent), messages: Self.share(messages, percent))
    }

    private static func share(_ number: Int, _ percent: Int) -> Int {
        quotient(number, UInt(clamping: percent), by: 100)
    }

    /// How full this is with `usage`, in hundredths, rounded down; the fuller of the two where both are limited, and 0
    /// where nothing is.
    package func fullness(with usage: QuotaUsage) -> Int {
        max(Self.fullness(usage.bytes, of: bytes), Self.fullness(usage.messages, of: messages))
    }

    private static func fullness(_ used: Int, of limit: Int) -> Int {
        limit > 0 ? quotient(used, 100, by: UInt(limit)) : 0
    }

    /// `number` times `factor`, divided; the largest number where that is larger still. The divisor is not 0.
    private static func quotient(_ number: Int, _ factor: UInt, by divisor: UInt) -> Int {
        let product = UInt(clamping: number).multipliedFullWidth(by: factor)
        guard product.high < divisor else { return .max }
        return Int(clamping: divisor.dividingFullWidth(product).quotient)
    }

    /// Whether `usage` is more than this allows.
    package func isExceeded(by usage: QuotaUsage) -> Bool {
        bytes > 0 && usage.bytes > bytes || messages > 0 && usage.messages > messages
    }

    /// The first line of `maildirsize`, without its line end: `10000000S,1000C`.
    var definition: [UInt8] {
        var text: [UInt8] = []
        if bytes > 0 || messages == 0 {
            text.appendDecimal(bytes)
            text.append(UInt8(ascii: "S"))
        }
        if messages > 0 {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text.appendDecimal(messages)
            text.append(UInt8(ascii: "C"))
        }
        return text
    }

    /// Reads such a line; nil if it is none. What it does not limit is 0.
    init?(definition: ArraySlice<UInt8>) {
        var bytes = 0
        var messages = 0
        for part in definition.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let unit = part.last, let value = DecimalScanner.whole(part.dropLast()), value >= 0
            else { return nil }
            switch unit {
            case UInt8(ascii: "S"): bytes = value
            case UInt8(ascii: "C"): messages = value
            default: return nil
            }
        }
        self.init(bytes: bytes, messages: messages)
    }
}

/// What a user's mailboxes hold.
package struct QuotaUsage: Equatable, Sendable {
    package var bytes: Int
    package var messages: Int

    package init(bytes: Int = 0, messages: Int = 0) {
        self.bytes = bytes
        self.messages = messages
    }

    /// Sums that are too large stay at the largest number.
    package mutating func add(_ other: QuotaUsage) {
        bytes = Self.sum(bytes, other.bytes)
        messages = Self.sum(messages, other.messages)
    }

    static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (b > 0 ? .max : .min) : sum
    }
}

/// Decimal numbers out of files that anybody may have written.
enum DecimalScanner {
    /// The number that all of `digits` make up, with a `-` before them perhaps; nil if they are none, or too large.
    static func whole(_ digits: ArraySlice<UInt8>) -> Int? {
        var rest = digits
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var value = 0
        for byte in rest {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !tooLarge, !overflow else { return nil }
            value = sum
        }
        return isNegative ? -value : value
    }
}
