// "${global." variable-name "}", set "global.name"                                         RFC 6609 §3.4.2

/// All variables that scripts share, without a `global` command.
enum GlobalNamespace: SettableNamespace {
    static let name = "global"

    static func slot(
        _ path: [[UInt8]], at position: Position, _ validator: inout Validator
    ) -> VariableSlot? {
        guard path.count == 1, path[0].isIdentifier else {
            validator.diagnostics.error(
                .invalidVariable, at: position,
                "\"global.\(path.map(\.text).joined(separator: "."))\" is not the name of a global variable")
            return nil
        }
        return validator.globalSlot(of: path[0], at: position)
    }
}
