class ClusterLogin < Formula
  desc "{{summary}}"
  homepage "{{repository}}"
  url "{{source_url}}"
  sha256 "{{source_sha256}}"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "cmake" => :build
  depends_on "rust" => :build

  def install
    %w[{{packages_words}}].each do |package|
      system "cargo", "install", *std_cargo_args(path: package)
    end
    %w[{{programs_words}}].each do |program|
      bash_completion.install "docs/completions/#{program}.bash" => program
      fish_completion.install "docs/completions/#{program}.fish"
      zsh_completion.install "docs/completions/#{program}.zsh" => "_#{program}"
    end
    man1.install Dir["docs/man/*.1"]
  end

  test do
    %w[{{programs_words}}].each do |program|
      assert_equal "#{program} #{version}\n", shell_output("#{bin}/#{program} --version")
    end
  end
end
