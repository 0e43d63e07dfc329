//! The examples of workers that share an export: a workflow of GitHub Actions, a job of AWS Batch
//! and a state machine of Step Functions. Their commands run here with the values that the engine
//! gives each worker; together they export the whole pool.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value, json};

use super::record_server::{id, sorted_lines};
use crate::conformance::yaml;
use crate::support::child::{self, ChildExit};
use crate::support::service::Service;

const LIMIT: Duration = Duration::from_secs(60);
const WORKERS: u64 = 4;
const IDENTITIES: usize = 40;

/// The identity pool of the examples.
const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";

/// Stand-ins for programs that the examples call: nothing is installed, and the bucket is a folder.
const PROGRAMS: [(&str, &str); 2] = [
    ("cargo", "#!/bin/sh\n"),
    (
        "aws",
        "#!/bin/sh\ntest \"$1 $2 $4\" = 's3 cp s3://my-bucket/sync/' && cp \"$3\" bucket/\n",
    ),
];

/// The local service with records of some identities, and what the examples expect around it: a
/// folder `export` for a mounted volume, and the program on the PATH.
struct Scene {
    service: Service,
    /// Every line of an export by a single worker.
    whole: Vec<String>,
}

impl Scene {
    fn new() -> Scene {
        let service = Service::start(&[]);
        for number in 0..IDENTITIES {
            let path = format!("/identitypools/{POOL}/identities/{}/datasets/d", id(number));
            let listed = service
                .request("GET", &format!("{path}/records"), None)
                .json();
            let patch =
                json!({"Op": "replace", "Key": "k", "Value": number.to_string(), "SyncCount": 0});
            let update =
                json!({"SyncSessionToken": listed["SyncSessionToken"], "RecordPatches": [patch]});
            service.request("POST", &path, Some(update)).json();
        }
        let folder = service.folder().to_owned();
        for name in ["bin", "bucket", "export"] {
            fs::create_dir(folder.join(name)).expect("a folder can be made");
        }
        let program = env!("CARGO_BIN_EXE_cognito-sync");
        std::os::unix::fs::symlink(program, folder.join("bin/cognito-sync")).expect("a link");
        for (name, script) in PROGRAMS {
            let path = folder.join("bin").join(name);
            fs::write(&path, script).expect("a file can be written");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(path, mode).expect("a program");
        }
        let whole = service.run(&["export", "--identity-pool-id", POOL]);
        let whole = sorted_lines(&String::from_utf8(whole.stdout).expect("UTF-8"));
        assert_eq!(whole.len(), IDENTITIES);
        Scene { service, whole }
    }

    /// Runs a command with these variables, below the folder where it names the volume.
    #[track_caller]
    fn run(&self, args: &[String], variables: &Map<String, Value>) {
        let folder = self.service.folder().display().to_string();
        let args: Vec<_> = args
            .iter()
            .map(|arg| arg.replace("/export/", &format!("{folder}/export/")))
            .collect();
        let inherited = self.service.command(&[]);
        let mut command = Command::new(&args[0]);
        command
            .args(&args[1..])
            .current_dir(&folder)
            .env_clear()
            .envs(inherited.get_envs().filter_map(|(k, v)| Some((k, v?))));
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{folder}/bin:{path}"));
        for (name, value) in variables {
            command.env(name, text(value));
        }
        let finished = child::run(command, Vec::new(), LIMIT);
        let stderr = String::from_utf8_lossy(&finished.stderr);
        assert_eq!(finished.exit, ChildExit::Status(0), "{args:?}: {stderr}");
    }

    /// The files of the workers together are the whole export, and none is empty.
    #[track_caller]
    fn assert_whole(&self, folder: &str) {
        let entries = fs::read_dir(self.service.folder().join(folder)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("a file").path());
        let files: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|end| end == "gz"))
            .collect();
        assert_eq!(files.len() as u64, WORKERS);
        let mut union = Vec::new();
        for path in files {
            let mut lines = String::new();
            let file = fs::File::open(&path).expect("a file");
            let read = MultiGzDecoder::new(file).read_to_string(&mut lines);
            read.expect("gzip");
            assert_ne!(lines, "", "{}", path.display());
            union.extend(sorted_lines(&lines));
        }
        union.sort();
        assert_eq!(union, self.whole);
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

fn texts(values: &Value) -> Vec<String> {
    values
        .as_array()
        .expect("a list")
        .iter()
        .map(text)
        .collect()
}

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/examples");
    fs::read_to_string(folder.join(name)).expect("the example is there")
}

fn json_example(name: &str) -> Value {
    serde_json::from_str(&example(name)).expect("the example is JSON")
}

#[test]
fn workflow_exports_whole_pool() {
    let documents = yaml::documents(&example("export-matrix.yml")).expect("the example is YAML");
    let job = &documents[0].to_json()["jobs"]["export"];
    let shards = job["strategy"]["matrix"]["shard"]
        .as_array()
        .expect("a list");
    let scene = Scene::new();
    for shard in shards {
        let mut variables = job["env"].as_object().expect("variables").clone();
        for value in variables.values_mut() {
            *value = match text(value).as_str() {
                "${{ matrix.shard }}" => shard.clone(),
                "${{ strategy.job-total }}" => json!(shards.len()),
                other => json!(other),
            };
        }
        assert_eq!(variables["POOL"], POOL);
        let steps = job["steps"].as_array().expect("a list");
        let scripts: Vec<_> = steps
            .iter()
            .filter_map(|step| step["run"].as_str())
            .collect();
        assert!(scripts.iter().all(|script| !script.contains("${{")));
        for script in scripts {
            // As GitHub runs it.
            let args = ["bash", "-e", "-c", script].map(str::to_string);
            scene.run(&args, &variables);
        }
    }
    scene.assert_whole("bucket");
}

#[test]
fn batch_job_exports_whole_pool() {
    let job = json_example("export-batch-job.json");
    let container = &job["containerProperties"];
    let environment = container["environment"].as_array().expect("a list");
    let variables = environment
        .iter()
        .map(|variable| (text(&variable["name"]), variable["value"].clone()));
    let mut variables: Map<String, Value> = variables.collect();
    assert_eq!(variables["POOL"], POOL);
    variables.insert("AWS_BATCH_JOB_ARRAY_SIZE".into(), json!(WORKERS));
    let scene = Scene::new();
    for index in 0..WORKERS {
        variables.insert("AWS_BATCH_JOB_ARRAY_INDEX".into(), json!(index));
        scene.run(&texts(&container["command"]), &variables);
    }
    scene.assert_whole("export");
}

#[test]
fn state_machine_exports_whole_pool() {
    let machine = json_example("export-state-machine.json");
    let map = &machine["States"]["Export"];
    let states = &map["ItemProcessor"]["States"];
    let task = &states[text(&map["ItemProcessor"]["StartAt"])];
    let container = &task["Arguments"]["Overrides"]["ContainerOverrides"][0];
    let scene = Scene::new();
    for item in map["Items"].as_array().expect("a list") {
        let args = texts(&container["Command"]);
        let args: Vec<_> = args.iter().map(|arg| evaluated(arg, item)).collect();
        scene.run(&args, &Map::new());
    }
    scene.assert_whole("export");
}

/// Evaluates an argument as Step Functions does: JSONata between `{%` and `%}`, of which the
/// example has strings, the input and their concatenation.
fn evaluated(arg: &str, input: &Value) -> String {
    let expression = arg
        .strip_prefix("{% ")
        .and_then(|arg| arg.strip_suffix(" %}"));
    let Some(expression) = expression else {
        assert!(!arg.contains("{%"), "{arg}");
        return arg.to_string();
    };
    let operand = |operand: &str| match operand {
        "$states.input" => text(input),
        quoted => {
            let string = quoted.strip_prefix('\'').and_then(|s| s.strip_suffix('\''));
            string
                .unwrap_or_else(|| panic!("{quoted} is no string"))
                .to_string()
        }
    };
    expression.split(" & ").map(operand).collect()
}

/// What the README says of an example stands in it.
#[test]
fn readme_quotes_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md is there");
    let rows: Vec<_> = readme
        .lines()
        .filter(|line| line.contains("](.github/examples/export-"))
        .collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let link = row.split("](.github/examples/").nth(1);
        let name = link
            .and_then(|link| link.split(')').next())
            .expect("a link");
        let file = example(name).replace("\\\"", "\"");
        let quoted: Vec<_> = row.split('`').skip(1).step_by(2).collect();
        assert!(!quoted.is_empty(), "{row}");
        for text in quoted {
            assert!(file.contains(text), "{name} does not have {text}");
        }
    }
}
