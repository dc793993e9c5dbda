import CPlatform
import Glibc

/// The options of a command line, as getopt_long(3) reads them: short ones in a row, values attached or
/// in the next word, `--name=value`, and `--` before operands.
package struct CommandLineOptions: Sendable {
    /// What an option is called, without dashes, and whether a value belongs to it.
    package struct Option: Sendable {
        package let names: [StaticString]
        package let takesValue: Bool

        /// - Parameter names: one letter for a short name, more for a long one.
        package init(_ names: StaticString..., takesValue: Bool = false) {
            self.names = names
            self.takesValue = takesValue
        }
    }

    /// An option that was given: the first of its names, and its value.
    package struct Occurrence: Equatable, Sendable {
        package let name: String
        package let value: String?

        package init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// In the order given.
    package let occurrences: [Occurrence]
    /// The words after the options.
    package let operands: [String]
    /// What is not understood, in words for a person; the rest is read all the same.
    package let problems: [String]

    /// Reads `arguments`, whose first is the program's name. Reading stops at the first operand.
    package init(_ arguments: [String], options: [Option]) {
        var longOptions = unsafe [postmaster_option]()
        // The option that each of them is a name of.
        var owners: [Int] = []
        var shortNames = "+:"
        for (index, option) in options.enumerated() {
            for name in option.names {
                if name.utf8CodeUnitCount == 1 {
                    shortNames += name.description + (option.takesValue ? ":" : "")
                } else {
                    owners.append(index)
                    unsafe longOptions.append(
                        postmaster_option(
                            name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
                            takes_value: option.takesValue ? 1 : 0))
                }
            }
        }
        // Not an array: its type would be put together at run time, at the price of reading a short script.
        let words = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: arguments.count + 1)
        for (index, argument) in arguments.enumerated() { unsafe words[index] = strdup(argument) }
        unsafe words[arguments.count] = nil
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe words.deallocate()
        }

        var occurrences: [Occurrence] = []
        var problems: [String] = []
        var operandStart = arguments.count
        // Where getopt stands: the word it reads next, or is in the middle of.
        var position = 0
        while true {
            let scan = unsafe postmaster_next_option(
                CInt(arguments.count), words.baseAddress, shortNames, longOptions, longOptions.count,
                position == 0 ? 1 : 0)
            let word = Self.word(at: max(position, 1), in: arguments, culprit: unsafe scan.culprit)
            position = unsafe Int(scan.index)
            if unsafe scan.option == -1 {
                operandStart = position
                break
            }
            let value = unsafe scan.value.map { unsafe String(cString: $0) }
            let code = unsafe Int(scan.option)
            if code == Int(UInt8(ascii: "?")) {
                problems.append("unknown option \(word)")
            } else if code == Int(UInt8(ascii: ":")) {
                problems.append("option \(word) needs a value")
            } else if let option = Self.option(for: code, options, owners) {
                occurrences.append(Occurrence(name: option.names[0].description, value: value))
            }
        }
        self.occurrences = occurrences
        self.problems = problems
        operands = Array(arguments.dropFirst(operandStart))
    }

    private static func option(for code: Int, _ options: [Option], _ owners: [Int]) -> Option? {
        if code >= 256 { return code - 256 < owners.count ? options[owners[code - 256]] : nil }
        return options.first { option in
            option.names.contains { name in
                unsafe name.utf8CodeUnitCount == 1 && Int(name.utf8Start[0]) == code
            }
        }
    }

    /// What to call the option that is not understood: its letter, or the whole word if it has none.
    private static func word(at position: Int, in arguments: [String], culprit: CInt) -> String {
        if (33...126).contains(culprit) { return "-" + String(UnicodeScalar(UInt8(culprit))) }
        return arguments.indices.contains(position) ? arguments[position] : "?"
    }
}
