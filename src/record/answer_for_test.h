// An answer for the tests of this folder.
#pragma once

#include "record/answer_record.h"

namespace diptych::record {

inline AnswerRecord Example() {
  AnswerRecord record;
  record.request = {.prompt = "a <blue> bus & \"stars\" 星夜",
                    .plan = "bus: blue",
                    .language = text::Language::kChinese,
                    .seed = ~uint64_t{0},
                    .options = {}};
  record.request.options.guidance = 2.1;
  record.request.options.solver = "heun";
  record.plan = "bus: blue";
  record.narrative = "夜里 <一辆> 公交车。";
  record.model = "default";
  record.version = "0.1.0";
  return record;
}

// The same with all that an answer can have.
inline AnswerRecord FullExample() {
  AnswerRecord record = Example();
  record.request.options.candidates = 4;
  record.request.options.max_pictures = 3;
  record.adapters = {"ink.safetensors"};
  record.precision = "bfloat16";
  record.processor = "avx2";
  record.prompt_given = false;
  record.request.language = text::Language::kEnglish;
  record.unknown_words = {"stars"};
  record.repair = {{.action = coherence::RepairAction::kRetell, .failed = {"夜里"}, .kept = true}};
  record.panels = {"Once", "", "night"};
  record.edited_pictures = 1;
  coherence::CheckedClaim claim{.text = "bus: blue", .sources = {coherence::ClaimSource::kPlan}};
  record.report = coherence::Report{{claim, claim}};
  claim.sources.push_back(coherence::ClaimSource::kNarrative);
  claim.words = {2, 5};
  claim.box = {1, 2, 30, 40};
  claim.probability = 0.75;
  claim.verdict = coherence::Verdict::kHolds;
  claim.facts = {{.fact = {"bus", "blue"}}};
  claim.picture = 2;
  record.report->claims[0] = claim;
  record.report->not_understood = {"stars"};
  record.report->near = {{.words = "coach", .span = {2, 7}, .kind = "bus"}};
  record.cost = AnswerCost{
      .timings = {.plan_s = 0.12345, .steps = 8}, .check_s = 0.5, .repair_s = 0.25, .total_s = 3, .peak_memory = 7};
  return record;
}

}  // namespace diptych::record
