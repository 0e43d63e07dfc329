# Installs a formula's archive of this machine as Homebrew does, for the methods that ours uses:
# `ruby brew.rb FORMULA FOLDER_OF_ARCHIVES PREFIX`. Checks the sum; runs the formula's test. Ruby 2.6,
# which macOS has, runs it.
require "digest"
require "fileutils"
require "pathname"
require "tmpdir"

# A folder to install into.
class Pathname
  def install(files)
    mkpath
    pairs = files.is_a?(Hash) ? files : Array(files).to_h { |file| [file, File.basename(file)] }
    raise "nothing to install into #{self}" if pairs.empty?
    pairs.each { |file, name| FileUtils.mv(file, self / name) }
  end
end

class Formula
  FOLDERS = {
    bin: "bin", man1: "share/man/man1", man7: "share/man/man7",
    bash_completion: "etc/bash_completion.d", zsh_completion: "share/zsh/site-functions",
    fish_completion: "share/fish/vendor_completions.d"
  }.freeze

  class << self
    attr_reader :checks, :loaded

    %i[desc homepage version license url sha256].each do |name|
      define_method(name) do |value = nil|
        value ? instance_variable_set("@#{name}", value) : instance_variable_get("@#{name}")
      end
    end

    { on_linux: /linux/, on_macos: /darwin/, on_arm: /arm64|aarch64/, on_intel: /x86_64/ }.each do |name, platform|
      define_method(name) { |&block| block.call if RUBY_PLATFORM.match?(platform) }
    end

    def test(&block)
      @checks = block
    end

    def inherited(formula)
      Formula.instance_variable_set(:@loaded, formula)
    end
  end

  def initialize(prefix)
    @prefix = Pathname(prefix)
  end

  def version
    self.class.version
  end

  FOLDERS.each { |name, folder| define_method(name) { @prefix / folder } }

  def shell_output(command)
    output = `#{command}`
    $?.success? ? output : raise("#{command}: #{$?}")
  end

  def assert_match(expected, found)
    found.include?(expected) || raise("#{found.inspect} has no #{expected}")
  end
end

formula_file, archives, prefix = ARGV
load formula_file
formula = Formula.loaded
archive = File.join(archives, File.basename(formula.url))
raise "sum of #{archive}" unless Digest::SHA256.file(archive).hexdigest == formula.sha256
Dir.mktmpdir do |folder|
  system("tar", "xzf", archive, "--strip-components=1", "-C", folder, exception: true)
  installed = formula.new(prefix)
  Dir.chdir(folder) { installed.install }
  installed.instance_eval(&formula.checks)
end
