/// What the compiler made of a script, for people and programs to read.
package struct ScriptListing: Sendable {
    /// What the script required, in its order.
    package let capabilities: [String]
    /// The names of its variables in lower case, in the order of their slots.
    package let variables: [String]
    package let commands: [ListedNode]
}

/// A command or a test.
package struct ListedNode: Sendable {
    /// In lower case.
    package let name: String
    /// Counted from 1; lines end with LF.
    package let line: Int
    /// Counted from 1 in characters (Unicode scalars), a tab being one.
    package let column: Int
    /// Where it is in the script, in octets, without tests, block and semicolon.
    package let range: Range<Int>
    /// As they are written, tags too.
    package let arguments: [ListedArgument]
    /// How strings are compared, also where that is not written; nil for what compares none.
    package let matching: ListedMatching?
    package let tests: [ListedNode]
    /// The commands in braces; nil where there are no braces.
    package let block: [ListedNode]?
}

package enum ListedArgument: Sendable {
    /// Its name in lower case, without the colon.
    case tag(String)
    /// With its quantifier multiplied in.
    case number(UInt64)
    case string(ListedString)
    case strings([ListedString])

    /// The strings of the argument.
    package var strings: [ListedString] {
        switch self {
        case .string(let string): [string]
        case .strings(let strings): strings
        case .tag, .number: []
        }
    }
}

/// A string of a script.
package struct ListedString: Sendable {
    /// Its octets, with quoting undone and encoded characters decoded.
    package let bytes: [UInt8]
    /// The variables that stand in it as `${…}`, in its order: names in lower case, match variables by number.
    package let variables: [String]
}

/// How a test compares strings (RFC 5228 §2.7).
package struct ListedMatching: Sendable, Equatable {
    /// Without the colon, such as `is`.
    package let matchType: String
    /// Such as `i;ascii-casemap`.
    package let comparator: String
    /// Without the colon, such as `all`; nil for tests that do not look at addresses.
    package let addressPart: String?
}

extension SieveCompiler {
    /// What comes of compiling `source`, which may be any octets: nil exactly if there is an error among the
    /// diagnostics.
    package func list(_ source: [UInt8], name: String) -> (ScriptListing?, [Diagnostic]) {
        let compilation = compile(source, name: name)
        guard compilation.program != nil else { return (nil, compilation.diagnostics) }
        var parser = Parser(source, limits: limits)
        let commands = parser.parse()
        var validator = validator(source, parser.diagnostics)
        validator.matchings = [:]
        _ = validator.block(commands)
        var visitor = ListingVisitor(validator)
        let listing = ScriptListing(
            capabilities: validator.capabilities, variables: validator.variables.names,
            commands: visitor.list(commands))
        return (listing, compilation.diagnostics)
    }
}
