//! Guessing whether two pseudonyms are of one user, after having seen many of which it is known.
//!
//! The guess is naive Bayes: for each feature, how much more often pairs of one user are in this class than pairs of two users;
//! the logarithms are added, and what is above a threshold is taken for one user. Weights and threshold are learned from half of the
//! users and tried on the others, and the other way round.

use std::collections::HashMap;

use super::Fields;
use super::resemblance::{CLASSES, Pair, Population, names};

/// Pairs of two users that are compared, of each half.
const PAIRS: usize = 3_000;

/// How much better than blind guessing it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Advantage {
    /// The part of the pairs of one user that are taken for such, less the part of the pairs of two users that are. 0 is blind, 1 is
    /// certain; a little below 0 is chance.
    pub advantage: f64,
    /// One standard error, from how much users differ.
    pub error: f64,
    /// The feature that told most, and the advantage of one who looks at nothing else.
    pub strongest: Option<(String, f64)>,
    /// Pairs of one user that were tried.
    pub same: usize,
    /// Pairs of two users that were tried.
    pub different: usize,
}

impl Advantage {
    /// What the advantage is below, with 97.7 % confidence: two standard errors more.
    pub fn bound(&self) -> f64 {
        self.advantage + 2.0 * self.error
    }
}

/// The advantage of guessing "same user?" from these fields; nothing if there are fewer than four users with two pseudonyms each.
///
/// mimi-mls 4.1 asks for at most 0.05 with at least 50 users and 10 pseudonyms each. It reads the same data the same way each time.
pub fn advantage(users: &[Vec<Fields>]) -> Option<Advantage> {
    let names = names(users);
    let half = |parity: usize| {
        let users = users.iter().enumerate().filter(move |(user, pseudonyms)| user % 2 == parity && pseudonyms.len() > 1);
        (users.clone().count() > 1).then(|| Half::new(Population::new(&names, users)))
    };
    let (even, odd) = (half(0)?, half(1)?);
    // For each user how much more of her pairs are recognised than of others' are mistaken for such; guesses of one half only.
    let (mut gains, mut noise, mut different) = (Vec::new(), 0.0, 0);
    for (train, test) in [(&even, &odd), (&odd, &even)] {
        let trial = Guess::learn(train).tried_on(test);
        let pairs = count(trial.different).max(1.0);
        let mistaken = count(trial.wrong) / pairs;
        gains.extend(trial.rates.into_iter().map(|rate| rate - mistaken));
        noise += mistaken * (1.0 - mistaken) / pairs / 4.0;
        different += trial.different;
    }
    let users = count(gains.len());
    let advantage = gains.iter().sum::<f64>() / users;
    let variance = gains.iter().map(|gain| (gain - advantage).powi(2)).sum::<f64>() / (users - 1.0).max(1.0);
    let error = (variance / users + noise).sqrt();
    let same = [&even, &odd].iter().map(|half| half.pairs.iter().filter(|pair| pair.0.same.is_some()).count()).sum();
    Some(Advantage { advantage, error, strongest: strongest(&even, &odd), same, different })
}

/// The feature that is best by itself on one half, and how good it is on the other: taken for one user are the classes in which
/// pairs of one user are more frequent.
fn strongest(train: &Half, test: &Half) -> Option<(String, f64)> {
    let (train_rates, test_rates) = (train.rates(), test.rates());
    let features = train_rates.chunks(CLASSES).zip(test_rates.chunks(CLASSES));
    let of_both = features.map(|(train, test)| {
        let chosen = train.iter().zip(test).filter(|(train, _)| train[0] > train[1]);
        chosen.fold((0.0, 0.0), |sum: (f64, f64), (train, test)| (sum.0 + train[0] - train[1], sum.1 + test[0] - test[1]))
    });
    let (feature, (_, advantage)) = of_both.enumerate().max_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    Some((train.population.feature_name(feature), advantage))
}

/// Half of the users, compared.
struct Half {
    population: Population,
    pairs: Vec<(Pair, Vec<usize>)>,
}

impl Half {
    fn new(population: Population) -> Self {
        let pairs = population.pairs(PAIRS).into_iter().map(|pair| (pair, population.classes(&pair))).collect();
        Self { population, pairs }
    }

    /// Pairs of one user and of two.
    fn totals(&self) -> [f64; 2] {
        let same = self.pairs.iter().filter(|(pair, _)| pair.same.is_some()).count();
        [count(same), count(self.pairs.len() - same)]
    }

    /// How many pairs of one user and of two are in each class.
    fn counts(&self) -> Vec<[f64; 2]> {
        let mut counts = vec![[0.0, 0.0]; self.population.feature_count() * CLASSES];
        for (pair, classes) in &self.pairs {
            let [same, different] = if pair.same.is_some() { [1.0, 0.0] } else { [0.0, 1.0] };
            for class in classes {
                if let Some(counts) = counts.get_mut(*class) {
                    *counts = [counts[0] + same, counts[1] + different];
                }
            }
        }
        counts
    }

    fn rates(&self) -> Vec<[f64; 2]> {
        let [same, different] = self.totals();
        self.counts().into_iter().map(|counts| [counts[0] / same.max(1.0), counts[1] / different.max(1.0)]).collect()
    }
}

/// What was learned.
struct Guess {
    /// For each class.
    weights: Vec<f64>,
    threshold: f64,
}

/// What came of a guess on other users.
struct Trial {
    /// For each user the part of her pairs that was recognised.
    rates: Vec<f64>,
    /// Pairs of two users that were taken for one.
    wrong: usize,
    different: usize,
}

impl Guess {
    fn learn(half: &Half) -> Self {
        let pairs = half.totals();
        // One pair more of each kind than there was: what was seen once is no certainty.
        let weight = |[same, different]: [f64; 2]| match same + different {
            0.0 => 0.0,
            _ => (((same + 1.0) / (pairs[0] + 2.0)) / ((different + 1.0) / (pairs[1] + 2.0))).ln(),
        };
        let weights = half.counts().into_iter().map(weight).collect();
        let mut guess = Self { weights, threshold: f64::INFINITY };
        let mut scores: Vec<(f64, bool)> =
            half.pairs.iter().map(|(pair, classes)| (guess.score(classes), pair.same.is_some())).collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut taken, mut best) = ([0.0_f64; 2], 0.0);
        for (at, (score, same)) in scores.iter().enumerate() {
            taken = if *same { [taken[0] + 1.0, taken[1]] } else { [taken[0], taken[1] + 1.0] };
            let advantage = taken[0] / pairs[0].max(1.0) - taken[1] / pairs[1].max(1.0);
            // Equal scores are on the same side.
            if advantage > best && scores.get(at + 1).is_none_or(|next| next.0 < *score) {
                (best, guess.threshold) = (advantage, *score);
            }
        }
        guess
    }

    fn score(&self, classes: &[usize]) -> f64 {
        classes.iter().filter_map(|class| self.weights.get(*class)).sum()
    }

    fn tried_on(&self, half: &Half) -> Trial {
        let mut users: HashMap<usize, [usize; 2]> = HashMap::new();
        let (mut wrong, mut different) = (0, 0);
        for (pair, classes) in &half.pairs {
            let is_taken = usize::from(self.score(classes) >= self.threshold);
            match pair.same {
                Some(user) => {
                    let rate = users.entry(user).or_default();
                    *rate = [rate[0] + is_taken, rate[1] + 1];
                }
                None => (wrong, different) = (wrong + is_taken, different + 1),
            }
        }
        let mut users: Vec<(usize, [usize; 2])> = users.into_iter().collect();
        users.sort_unstable();
        let rates = users.into_iter().map(|(_, [taken, pairs])| count(taken) / count(pairs)).collect();
        Trial { rates, wrong, different }
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
