// :lower, :upper, :lowerfirst, :upperfirst                              RFC 5229 §4.1.1 to §4.1.4
// Only A to Z and a to z change, as with the default comparator.

enum LowerModifier: SetModifier {
    static let tag = "lower"
    static let precedence = 40

    static func apply(to value: [UInt8]) -> [UInt8] { value.lowercasedASCII }
}

enum UpperModifier: SetModifier {
    static let tag = "upper"
    static let precedence = 40

    static func apply(to value: [UInt8]) -> [UInt8] { value.map(\.uppercasedASCII) }
}

enum LowerFirstModifier: SetModifier {
    static let tag = "lowerfirst"
    static let precedence = 30

    static func apply(to value: [UInt8]) -> [UInt8] {
        value.prefix(1).map(\.lowercasedASCII) + value.dropFirst()
    }
}

enum UpperFirstModifier: SetModifier {
    static let tag = "upperfirst"
    static let precedence = 30

    static func apply(to value: [UInt8]) -> [UInt8] {
        value.prefix(1).map(\.uppercasedASCII) + value.dropFirst()
    }
}
