import Platform

/// `1732300000.123456789`
extension WallTime {
    var text: [UInt8] {
        Array(String(seconds).utf8) + [UInt8(ascii: ".")] + FixedWidth.decimal(nanoseconds, width: 9)
    }

    init?(text: ArraySlice<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 9, let nanoseconds = FixedWidth.decimal(parts[1]),
            let seconds = Int(String(decoding: parts[0], as: UTF8.self))
        else { return nil }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }
}
