// "${env." name "}"                                                                  vnd.dovecot.environment

/// The items of the environment as variables.
///
/// There is no hyphen in the name of a variable: an underscore stands for one where no item has the underscore.
enum EnvironmentNamespace: VariableNamespace {
    static let name = "env"

    static func variable(_ path: [[UInt8]]) -> (any ExternalVariable)? {
        guard path.allSatisfy(\.isIdentifier) else { return nil }
        return EnvironmentVariable(item: [UInt8](path.joined(separator: [0x2E])))
    }
}

private struct EnvironmentVariable: ExternalVariable {
    let item: [UInt8]

    func value(in run: inout Interpretation) throws(RuntimeFailure) -> [UInt8] {
        if let value = try run.environment(item) { return value }
        return try run.environment(item.map { $0 == 0x5F ? 0x2D : $0 }) ?? []
    }
}
