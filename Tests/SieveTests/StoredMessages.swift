@testable import Sieve

extension SieveCase {
    /// The message that each action is about, as text; what came in where nothing has been changed.
    func stored() -> [String] {
        guard let result = result() else { return ["does not compile"] + SieveCase.codes(scripts[0]) }
        return result.actions.map { $0.content?.bytes(limit: 1 << 20).text ?? message }
    }

    /// What scripts have written into the trace.
    func notes() -> [String] {
        var traced = self
        traced.tracing = true
        return traced.result()?.trace.compactMap { event in
            if case .note(let text) = event.kind { text } else { nil }
        } ?? ["does not compile"]
    }

    /// What compiling the script reports, without the places: `missing-tag`, warnings with `warning` in front.
    static func codes(_ script: String, limits: SieveLimits = SieveLimits()) -> [String] {
        SieveCompiler(limits: limits).compile([UInt8](script.utf8), name: "test").diagnostics.map {
            ($0.severity == .warning ? "warning " : "") + $0.code.rawValue
        }
    }
}
