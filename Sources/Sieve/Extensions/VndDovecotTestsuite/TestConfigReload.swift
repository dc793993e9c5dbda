// test_config_reload [:extension <name: string>]

/// Puts settings into force, for the scripts that are compiled and run from now on and for this one.
struct TestConfigReloadCommand: CommandDefinition, Statement {
    static let name = "test_config_reload"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var capability: Text?
        while let tag = arguments.tag() {
            guard tag.name == Identifier("extension") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if capability != nil { arguments.repeated(tag, &validator) }
            guard let name = arguments.text("extension", &validator) else { return nil }
            capability = name
        }
        return arguments.end(&validator) ? TestConfigReloadCommand(capability: capability) : nil
    }

    // MARK: Program

    let capability: Text?

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let host = try run.testsuite()
        var name: String?
        if let capability { name = try run.expand(capability).text }
        guard let settings = host.reloadSettings(of: name) else {
            throw run.policyFailure(
                "settings could not be put into force" + (name.map { " for " + $0 } ?? ""))
        }
        run.limits = settings.limits
        if settings.subaddressDelimiters != run.input.subaddressDelimiters {
            let input = run.input.with(delimiters: settings.subaddressDelimiters)
            run.replaceInput(input)
            host.use(input)
        }
        return .next
    }
}
