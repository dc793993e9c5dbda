// :index <fieldno: number>                                                                  RFC 5260 §6.1

/// Only this field of each name counts, 1 being the first.
enum IndexTag: TestTag {
    static let tag = "index"
    static var tests: [String] { [HeaderTest.name, AddressTest.name, DateTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.readIndex(&arguments, &validator)
    }
}

extension TestOptions {
    /// Reads the number behind `:index`. What is wrong with it is reported here, and `:last` does not ask again.
    mutating func readIndex(_ arguments: inout Arguments, _ validator: inout Validator) {
        index = 1
        guard let number = arguments.number("number of the field", &validator) else { return }
        guard number > 0 else {
            validator.diagnostics.error(
                .invalidIndex, at: arguments.node.position, ":index 0 is no field: they are counted from 1")
            return
        }
        index = Int(clamping: number)
    }
}
