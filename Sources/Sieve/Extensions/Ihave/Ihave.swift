// ihave <capabilities: string-list>                                                            RFC 5463 §4

/// Whether there are all of the capabilities, which can then be used by what follows in the script.
///
/// The compiler knows, and leaves out the blocks that are never reached.
struct IhaveTest: TestDefinition, ScriptTest {
    static let name = "ihave"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let strings = arguments.strings("capabilities", &validator), arguments.end(&validator) else {
            return nil
        }
        var names: [(name: String, position: Position)] = []
        for string in strings {
            guard let text = validator.text(string) else { return nil }
            guard case .literal(let bytes) = text else {
                validator.diagnostics.error(
                    .notConstant, at: string.position, "a capability cannot have variables")
                return nil
            }
            names.append((bytes.text, string.position))
        }
        guard names.allSatisfy({ validator.hasCapability($0.name) }) else { return IhaveTest(outcome: false) }
        let errorCount = validator.diagnostics.errorCount
        for (name, position) in names { validator.require(name, at: position) }
        return validator.diagnostics.errorCount == errorCount ? IhaveTest(outcome: true) : nil
    }

    // MARK: Program

    let outcome: Bool

    var constant: Bool? { outcome }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool { outcome }
}

extension Validator {
    /// Whether a script can ask for the capability in its midst.
    ///
    /// RFC 5463 §4: what changes how strings are read cannot begin there, and the test fails.
    fileprivate func hasCapability(_ name: String) -> Bool {
        let changesStrings = [
            SieveExtension.variables.capability, SieveExtension.encodedCharacter.capability,
        ]
        return !changesStrings.contains(name) && extensions.contains { $0.capability == name }
    }
}
