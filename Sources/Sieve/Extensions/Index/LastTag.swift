// :last                                                                                     RFC 5260 §6.1

/// `:index` counts from the last field on.
enum LastTag: TestTag {
    static let tag = "last"
    static var tests: [String] { IndexTag.tests }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.isFromEnd = true
    }
}
