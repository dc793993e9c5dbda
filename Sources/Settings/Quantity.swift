/// Numbers as they are written: digits only, nothing that overflows.
enum Quantity {
    static func natural(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }

    /// Digits with a unit behind them, scaled by it. `nil` for anything else, and for what is over `Int.max`.
    static func scaled(_ text: String, unit: (UInt8) -> Int?) -> Int? {
        guard let last = text.utf8.last else { return nil }
        guard let factor = unit(last) else { return natural(text) == 0 ? 0 : nil }
        guard let number = natural(text.dropLast()) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}

/// Durations: `30s`, `5m`, `4h`, `5d`, and `0`.
package enum TimeSpan {
    static let grammar = "a duration like \"30s\", \"5m\", \"4h\", \"5d\""

    /// Nil for anything else, and for what is over `Int.max`.
    package static func seconds(_ text: String) -> Int? {
        Quantity.scaled(text) { unit in
            switch unit {
            case UInt8(ascii: "s"): 1
            case UInt8(ascii: "m"): 60
            case UInt8(ascii: "h"): 3600
            case UInt8(ascii: "d"): 86400
            default: nil
            }
        }
    }

    /// In the largest unit that divides it.
    static func text(_ seconds: Int) -> String {
        switch seconds {
        case 0: "0"
        case let n where n % 86400 == 0: "\(n / 86400)d"
        case let n where n % 3600 == 0: "\(n / 3600)h"
        case let n where n % 60 == 0: "\(n / 60)m"
        default: "\(seconds)s"
        }
    }
}

/// Sizes: `64K`, `25M`, `1G`, `2T`, multiples of 1024; bare digits are bytes.
package enum ByteSize {
    static let grammar = "a size like \"64K\", \"25M\", \"1G\""

    /// Nil for anything else, and for what is over `Int.max`.
    package static func bytes(_ text: String) -> Int? {
        Quantity.natural(text)
            ?? Quantity.scaled(text) { unit in
                switch unit {
                case UInt8(ascii: "K"): 1 << 10
                case UInt8(ascii: "M"): 1 << 20
                case UInt8(ascii: "G"): 1 << 30
                case UInt8(ascii: "T"): 1 << 40
                default: nil
                }
            }
    }

    /// In the largest unit that divides it.
    static func text(_ bytes: Int) -> String {
        switch bytes {
        case 0: "0"
        case let n where n % (1 << 40) == 0: "\(n >> 40)T"
        case let n where n % (1 << 30) == 0: "\(n >> 30)G"
        case let n where n % (1 << 20) == 0: "\(n >> 20)M"
        case let n where n % (1 << 10) == 0: "\(n >> 10)K"
        default: "\(bytes)"
        }
    }
}
