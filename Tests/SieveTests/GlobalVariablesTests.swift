import Testing

@testable import Sieve

@Suite("global variables")
struct GlobalVariablesTests {
    private let head = "require [\"include\", \"variables\", \"fileinto\"]; "

    private func trial(_ script: String, _ scripts: [String: String] = [:]) -> ExtensionTrial {
        var trial = ExtensionTrial("include variables fileinto imap4flags", script)
        trial.library = TestLibrary(scripts: scripts.mapValues { head + $0 })
        return trial
    }

    @Test("a global variable is the same in all scripts that name it so (RFC 6609 §3.4.1)")
    func shared() {
        let scripts = [
            "a": "global [\"x\", \"Y\"]; set \"x\" \"${x}a\"; set \"y\" \"why\";",
            "b": "global \"X\"; set \"X\" \"${x}b\"; set \"y\" \"own\"; include \"a\"; fileinto \"${y}\";",
        ]
        let script = "global [\"x\", \"y\"]; set \"x\" \"m\"; include \"b\"; fileinto \"${x} ${y}\";"
        #expect(trial(script, scripts).outcome == ["fileinto own", "fileinto mba why"])
    }

    @Test("what is not global is nobody else's")
    func own() {
        let scripts = ["a": "set \"x\" \"a\"; fileinto \"<${x}>\";", "b": "fileinto \"<${x}>\";"]
        #expect(
            trial("set \"x\" \"m\"; include \"a\"; include \"b\"; fileinto \"${x}\";", scripts).outcome == [
                "fileinto <a>", "fileinto <>", "fileinto m",
            ])
    }

    @Test("the namespace names all global variables (RFC 6609 §3.4.2)")
    func namespace() {
        let scripts = ["a": "global \"x\"; set \"global.z\" \"${global.x}${x}\";"]
        let script =
            "set \"global.x\" \"1\"; include \"a\"; set \"x\" \"own\"; fileinto \"${x} ${GLOBAL.Z} ${global.none}\";"
        #expect(trial(script, scripts).outcome == ["fileinto own 11 "])
    }

    @Test("global variables hold flags like others")
    func flags() {
        let script =
            "global \"f\"; setflag \"f\" [\"a\", \"b\"]; addflag \"global.f\" \"c\"; fileinto :flags \"${f}\" \"X\";"
        #expect(trial(script).outcome == ["fileinto X [a b c]"])
    }

    @Test(
        "what is wrong with global (RFC 6609 §3.4)",
        arguments: [
            ("set \"x\" \"1\"; global \"x\";", ["invalid-variable"]),
            ("if string \"${x}\" \"\" { } global \"x\";", ["invalid-variable"]),
            ("global \"x\"; global [\"x\", \"X\"]; keep; global \"x\";", []),
            ("global \"1\";", ["invalid-variable"]), ("global \"a.b\";", ["invalid-variable"]),
            ("global \"${x}\";", ["invalid-variable"]), ("global 1;", ["wrong-argument"]),
            ("global :all \"x\";", ["unknown-tag"]), ("global \"x\" \"y\";", ["unexpected-argument"]),
            ("set \"global.a.b\" \"\";", ["invalid-variable"]),
            ("set \"global.1\" \"\";", ["invalid-variable"]),
            ("set \"globl.a\" \"\";", ["unknown-namespace"]), ("set \"global.\" \"\";", ["invalid-variable"]),
            ("fileinto \"${global.1}\";", ["invalid-variable"]),
            ("fileinto \"${global.a.b}\";", ["invalid-variable"]),
            ("set \"env.x\" \"\";", ["unknown-namespace"]),
        ])
    func wrong(_ script: String, _ expected: [String]) {
        #expect(trial(script).diagnostics == expected)
    }

    @Test("global needs variables, each time")
    func needsVariables() {
        var trial = trial("global \"x\"; global \"y\"; keep;")
        trial.capabilities = ["include"]
        #expect(trial.diagnostics == ["not-required", "not-required"])
    }

    @Test("import and export of the drafts stand at the top")
    func drafts() {
        let scripts = ["a": "import \"x\"; export [\"y\"]; set \"y\" \"${x}!\";"]
        let script = "export \"x\"; import \"y\"; set \"x\" \"1\"; include \"a\"; fileinto \"${y}\";"
        #expect(trial(script, scripts).outcome == ["fileinto 1!"])
        #expect(trial("keep; export \"x\";").diagnostics == ["unknown-command"])
        #expect(trial("if true { import \"x\"; }").diagnostics == ["unknown-command"])
    }

    @Test("global variables are bounded in number and size")
    func bounds() {
        let names = (0..<255).map { "\"v\($0)\"" }.joined(separator: ", ")
        #expect(trial("global [\(names)];").diagnostics == [])
        #expect(trial("global [\(names), \"w\", \"x\"];").diagnostics == ["too-many-variables"])
        let long = String(repeating: "v", count: 65)
        #expect(trial("global \"\(long)\";").diagnostics == ["invalid-variable"])
        let grow =
            "global \"g\"; set \"g\" \"0123456789abcdef\"; "
            + String(repeating: "set \"g\" \"${g}${g}\"; ", count: 9)
            + "set :length \"n\" \"${g}\"; fileinto \"${n}\";"
        #expect(trial(grow).outcome == ["fileinto 4096"])
    }

    @Test("the scripts of a sequence share nothing")
    func sequence() {
        let script = head + "fileinto :copy \"<${global.x}>\"; set \"global.x\" \"1\";"
        #expect(
            outcome("require \"copy\";" + script, "require \"copy\";" + script) == [
                "fileinto <> copy", "keep*",
            ])
    }
}
