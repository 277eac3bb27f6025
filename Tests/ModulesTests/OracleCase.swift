import OrderedCollections
import YAML

/// A task for both: `DIR` stands for the folder that `setup` prepares.
struct OracleCase {
    let module: String
    let arguments: Value
    let setup: String

    init(_ module: String, _ arguments: Value, after setup: String = ":") {
        self.module = module
        self.arguments = arguments
        self.setup = setup
    }

    func values(_ folder: String) -> ValueMap {
        (arguments.map ?? [:]).mapValues { value in
            value.string.map { .string($0.replacing("DIR", with: folder)) } ?? value
        }
    }

    static let all = files + copies + lines + blocks + replacements + commands

    private static let files = [
        OracleCase("file", ["path": "DIR/a/b/c", "state": "directory", "mode": "0750"]),
        OracleCase("file", ["path": "DIR/a/b", "state": "directory", "mode": "u=rwx,g=rxs,o="], after: "mkdir a"),
        OracleCase("file", ["path": "DIR/a", "state": "directory"], after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "state": "directory", "mode": "0700"], after: "mkdir t; ln -s t a"),
        OracleCase(
            "file", ["path": "DIR/a", "state": "directory", "recurse": true, "mode": "u=rwX,g=rX,o=", "group": "adm"],
            after: "mkdir -p a/b; touch a/x a/b/y; chmod 755 a/x; ln -s nowhere a/l"),
        OracleCase(
            "file", ["path": "DIR/a", "state": "directory", "recurse": true, "owner": "daemon", "mode": "2770"],
            after: "mkdir -p a/b; touch a/x"),
        OracleCase("file", ["path": "DIR/a", "recurse": true, "mode": "0700"], after: "mkdir -p a/b; touch a/x"),
        OracleCase("file", ["path": "DIR/a", "recurse": true, "mode": "0700"]),
        OracleCase("file", ["path": "DIR/a", "recurse": true, "mode": "0700"], after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "mode": "0600"]),
        OracleCase("file", ["path": "DIR/a", "mode": "0600"], after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "mode": "a+x"], after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "mode": "+x"], after: "mkdir a"),
        OracleCase("file", ["path": "DIR/a", "mode": "0600"], after: "touch t; ln -s t a"),
        OracleCase("file", ["path": "DIR/a", "mode": "0600", "follow": false], after: "touch t; ln -s t a"),
        OracleCase("file", ["path": "DIR/a", "owner": "1", "group": "daemon", "mode": "4755"], after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "owner": "daemon", "mode": "6755"], after: "touch a; chmod 6755 a"),
        OracleCase("file", ["path": "DIR/a", "state": "absent"], after: "mkdir -p a/b; touch a/b/c"),
        OracleCase("file", ["path": "DIR/a", "state": "absent"], after: "mkdir t; ln -s t a"),
        OracleCase("file", ["path": "DIR/a", "state": "absent"]),
        OracleCase("file", ["path": "DIR/a", "state": "touch", "mode": "0640"]),
        OracleCase("file", ["path": "DIR/a", "state": "touch"], after: "touch a"),
        OracleCase(
            "file", ["path": "DIR/a", "state": "touch", "access_time": "preserve", "modification_time": "preserve"],
            after: "touch a"),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link"]),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link", "force": true]),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link", "mode": "0600"], after: "touch t"),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link"], after: "touch t; ln -s x a"),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link"], after: "touch t; ln -s t a"),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link"], after: "touch t; touch a"),
        OracleCase("file", ["path": "DIR/a", "src": "t", "state": "link", "force": true], after: "touch t; touch a"),
        OracleCase(
            "file", ["path": "DIR/a", "src": "DIR/t", "state": "link", "force": true], after: "touch t; mkdir a"),
        OracleCase(
            "file", ["path": "DIR/a", "src": "DIR/t", "state": "link", "force": true],
            after: "touch t; mkdir a; touch a/x"),
        OracleCase(
            "file", ["path": "DIR/a", "src": "t", "state": "link", "owner": "daemon", "follow": false],
            after: "touch t; ln -s t a"),
        OracleCase("file", ["path": "DIR/a", "src": "DIR/t", "state": "hard"], after: "touch t"),
        OracleCase("file", ["path": "DIR/a", "src": "DIR/t", "state": "hard"], after: "touch t; touch a"),
        OracleCase(
            "file", ["path": "DIR/a", "src": "DIR/t", "state": "hard", "force": true], after: "touch t; touch a"),
    ]

    private static let copies = [
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n"]),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "mode": "0600", "owner": "daemon"]),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "mode": "u=rw,go="], after: "echo y > a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n"], after: "echo y > a; chmod 4640 a; chown daemon:adm a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "mode": "0755"], after: "echo x > a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "force": false, "mode": "0600"], after: "echo y > a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n"], after: "echo y > t; ln -s t a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n"], after: "echo x > t; ln -s t a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "follow": true], after: "echo y > t; ln -s t a"),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "backup": true], after: "echo y > a; chmod 600 a"),
        OracleCase("copy", ["dest": "DIR/a", "content": ["b": 1, "a": ["x", true, 1.5, ["é": "\"ü\"\n"]]]]),
        OracleCase("copy", ["dest": "DIR/a", "content": ["x", 2, ["y"]]]),
        OracleCase("copy", ["dest": "DIR/none/a", "content": "x\n"]),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "validate": "grep -q x %s"]),
        OracleCase("copy", ["dest": "DIR/a", "content": "x\n", "validate": "grep -q y %s"], after: "echo z > a"),
        OracleCase(
            "copy", ["dest": "DIR/d/e/", "src": "DIR/s", "remote_src": true, "directory_mode": "0700"],
            after: "echo s > s"),
        OracleCase(
            "copy", ["dest": "DIR/d", "src": "DIR/s", "remote_src": true], after: "echo s > s; chmod 600 s; mkdir d"),
        OracleCase(
            "copy", ["dest": "DIR/d", "src": "DIR/s", "remote_src": true, "mode": "preserve"],
            after: "echo s > s; chmod 750 s"),
        OracleCase(
            "copy", ["dest": "DIR/d", "src": "DIR/s", "remote_src": true], after: "echo s > s; chmod 600 s; echo d > d"),
        OracleCase("copy", ["dest": "DIR/d", "src": "DIR/none", "remote_src": true]),
    ]

    private static let commands = [
        OracleCase("command", ["cmd": "touch DIR/made", "creates": "DIR/ma*"]),
        OracleCase("command", ["cmd": "touch DIR/again", "creates": "DIR/ma*"], after: "touch mad"),
        OracleCase(
            "command", ["cmd": "touch again 'a b' ~none $NO_SUCH", "removes": "x", "chdir": "DIR"], after: "touch x"),
        OracleCase("shell", ["cmd": "echo \"$PWD\" | sed 's,.*/,,' > out; exit 0", "chdir": "DIR", "creates": "out"]),
        OracleCase("shell", ["cmd": "touch x; false", "chdir": "DIR", "creates": "out"]),
        OracleCase("shell", ["cmd": "cat > out", "chdir": "DIR", "creates": "out", "stdin": "a\nb"]),
        OracleCase(
            "shell",
            [
                "cmd": "echo \"$0 $# $BASH_SUBSHELL\" > out\ncat >> out; false; echo \"$?\" >> out", "chdir": "DIR",
                "creates": "out", "stdin": "a", "executable": "/bin/bash",
            ]),
        OracleCase(
            "shell",
            ["cmd": "open('out', 'w').write('x')", "chdir": "DIR", "creates": "out", "executable": "/usr/bin/python3"]),
    ]
}
