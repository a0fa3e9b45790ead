# frozen_string_literal: true

# What Liquid 5.13 does otherwise than 5.4 and is easily said in a few lines, so that the rest of
# those features can be compared too.

class NilClass
  def blank? = true
end

class FalseClass
  def blank? = true
end

class TrueClass
  def blank? = false
end

class Numeric
  def blank? = false
end

class Array
  def blank? = empty?
end

class Hash
  def blank? = empty?
end

# A text's first and last are its characters.
class String
  def blank? = match?(/\A\s*\z/)
  def first = self[0] || ""
  def last = self[-1] || ""
end

# The filters whose treatment of odd items was made uniform.
module NewerFilters
  def where(input, property, target = nil) = choose(input, property, target, [], :select)
  def reject(input, property, target = nil) = choose(input, property, target, [], :reject)
  def find(input, property, target = nil) = choose(input, property, target, nil, :find)
  def find_index(input, property, target = nil) = choose(input, property, target, nil, :find_index)
  def has(input, property, target = nil) = choose(input, property, target, false, :any?)

  def uniq(input, property = nil) = by_property(input, property, :uniq) { |value| value }
  def compact(input, property = nil) = by_property(input, property, :reject, &:nil?)

  def sum(input, property = nil)
    values = items_of(input).map do |item|
      next item if property.nil?

      item.respond_to?(:[]) ? fetch(item, property) : 0
    end
    total = values.flatten.sum { |value| Liquid::Utils.to_number(value) }
    total.is_a?(BigDecimal) ? total.to_f : total
  end

  def squish(input) = input.nil? ? nil : input.to_s.strip.gsub(/\s+/, " ")

  private

  def items_of(input) = Liquid::StandardFilters::InputIterator.new(input, context).to_a

  def fetch(item, property)
    item[property]
  rescue TypeError
    raise Liquid::ArgumentError, "cannot select the property '#{property}'"
  end

  def choose(input, property, target, nothing, way)
    items = items_of(input)
    return nothing if items.empty?

    items.public_send(way) do |item|
      return nil unless item.respond_to?(:[])

      value = fetch(item, property)
      target.nil? ? value : value == target
    end
  end

  def by_property(input, property, way)
    items = items_of(input)
    return way == :uniq ? items.uniq : items.compact if property.nil?

    items.public_send(way) do |item|
      return nil unless item.respond_to?(:[])

      yield fetch(item, property)
    end
  end
end

Liquid::Template.register_filter(NewerFilters)
