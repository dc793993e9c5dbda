/// The day on which an address was rewritten, in two characters of base32: it comes again after 1,024 days.
struct RewritingDay: Equatable {
    /// 0..<1024
    let number: Int

    static let seconds = 86_400
    static let cycle = 1024
    /// Days that another host's clock may be ahead of ours.
    private static let slack = 1

    /// - Parameter time: seconds since the epoch.
    init(at time: Int) {
        number = (time / Self.seconds) & (Self.cycle - 1)
    }

    /// Two characters, in any case; nil if it is something else.
    init?(_ text: ArraySlice<UInt8>) {
        guard text.count == 2 else { return nil }
        var number = 0
        for byte in text {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: number = number * 32 + Int(byte | 0x20) - 0x61
            case 0x32...0x37: number = number * 32 + Int(byte) - 0x32 + 26
            default: return nil
            }
        }
        self.number = number
    }

    var text: [UInt8] {
        [number >> 5, number & 31].map { $0 < 26 ? 0x41 + UInt8($0) : 0x32 + UInt8($0 - 26) }
    }

    /// Whether the day is at most so many days before `time`, or a little after it.
    func isWithin(_ days: Int, at time: Int) -> Bool {
        let age = (Self(at: time).number - number) & (Self.cycle - 1)
        return age <= days || age >= Self.cycle - Self.slack
    }
}
