# Renders the pages with ruby-liquid, with liquid-c if asked.
# usage: with_ruby.rb THEME DATA PASSES [--c] [--pages FILE]
require "json"
require "liquid"
require "liquid/c" if ARGV.include?("--c")
theme, data, passes = ARGV

class Files
  attr_reader :reads
  def initialize(root) = (@root, @reads = root, 0)
  def read_template_file(name)
    @reads += 1
    File.read("#{@root}/#{name}.liquid")
  end
end

files = Files.new(theme)
began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
Dir["#{theme}/*.liquid"].each { |path| Liquid::Template.parse(File.read(path), error_mode: :strict) }
parse = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - began
page = Liquid::Template.parse(File.read("#{theme}/product.liquid"), error_mode: :strict)
# The cache of partials stands in the template's own registers, so it lasts from page to page.
page.registers[:file_system] = files
page.registers[:cached_partials] = {}
site = JSON.parse(File.read("#{data}/site.json"))
pages = File.foreach("#{data}/products.jsonl").map { |line| site.merge("product" => JSON.parse(line)) }

render = ->(values) { page.render!(values, strict_variables: false) }
if (place = ARGV.index("--pages"))
  File.open(ARGV[place + 1], "wb") do |file|
    pages.each { |values| text = render.(values); file.write("#{values["product"]["id"]} #{text.bytesize}\n", text, "\n") }
  end
end
seconds = passes.to_i.times.map do
  GC.start
  began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
  pages.each { |values| render.(values) }
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - began
end
raise "partials were not cached" if files.reads > 5
memory = File.read("/proc/self/status")[/VmHWM:\s+(\d+)/, 1].to_i
version = "ruby-liquid #{Liquid::VERSION}#{" + liquid-c #{Liquid::C::VERSION}" if defined?(Liquid::C)}, Ruby #{RUBY_VERSION}"
puts JSON.generate(engine: version, seconds: seconds, parse: parse, memory: memory)
