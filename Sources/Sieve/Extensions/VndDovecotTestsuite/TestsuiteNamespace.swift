// ${tst.path}

/// What tests know about themselves.
enum TestsuiteNamespace: VariableNamespace {
    static let name = "tst"

    static func variable(_ path: [[UInt8]]) -> (any ExternalVariable)? {
        guard let name = path.first, path.count == 1 else { return nil }
        return Variable(isPath: Identifier(name, name.indices) == Identifier("path"))
    }

    private struct Variable: ExternalVariable {
        let isPath: Bool

        /// The file's directory; other names have no value.
        func value(in run: inout Interpretation) throws(RuntimeFailure) -> [UInt8] {
            isPath ? [UInt8](try run.testsuite().directory.utf8) : []
        }
    }
}
