// include [LOCATION] [:once] [:optional] <value: string>                                     RFC 6609 §3.2
// LOCATION: ":personal" / ":global"

/// Executes another script in the place of the command.
struct IncludeCommand: CommandDefinition, Statement {
    static let name = "include"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let options = Options(reading: &arguments, &validator)
        guard let (bytes, position) = arguments.constant("name of the script", &validator),
            arguments.end(&validator)
        else { return nil }
        guard let name = ScriptName(bytes) else {
            validator.diagnostics.error(
                .invalidScriptName, at: position, "\"\(bytes.text)\" is not the name of a script",
                hint: "a name has no slash and no control characters, and is at most 128 characters long")
            return nil
        }
        return validator.include(name, options, at: position).map {
            IncludeCommand(script: $0, isOnce: options.isOnce)
        }
    }

    /// What the tags say.
    struct Options {
        private(set) var location = ScriptLocation.personal
        /// `:once`: not if the script has been included before.
        private(set) var isOnce = false
        /// `:optional`: it is no error if there is no such script.
        private(set) var isOptional = false

        init(reading arguments: inout Arguments, _ validator: inout Validator) {
            var hasLocation = false
            while let tag = arguments.tag() {
                switch tag.name {
                case Identifier("personal"), Identifier("global"):
                    if hasLocation { arguments.repeated(tag, &validator) }
                    hasLocation = true
                    location = tag.name == Identifier("global") ? .global : .personal
                case Identifier("once"): isOnce = true
                case Identifier("optional"): isOptional = true
                default: arguments.unknown(tag, &validator)
                }
            }
        }
    }

    // MARK: Program

    /// The script's number among those that are included.
    let script: Int
    let isOnce: Bool

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        guard let program = run.inclusion.program(script), !(isOnce && run.inclusion.hasStarted(script))
        else { return .next }
        guard run.inclusion.depth < run.limits.includeDepth else {
            throw run.failure("scripts include one another more than \(run.limits.includeDepth) deep")
        }
        run.inclusion.enter(script)
        let flow = try run.runIncluded(program)
        run.inclusion.leave()
        // What ends the included script only lets this one go on (RFC 6609 §3.3).
        return flow == .stop ? .stop : .next
    }
}
