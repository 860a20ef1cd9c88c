# %% [markdown]
# # CNN and RNN questions
#
# Gina Generic (1000307)
#
# Hugo Hypothetisch (1000308)

# %% [markdown]
# ## 1. Strides on a 13x13 image
#
# All four strides are possible:
#
# | stride | output |
# |---|---|
# | 2 | 6x6x64 |
# | 3 | 5x5x64 |
# | 4 | 4x4x64 |
# | 5 | 3x3x64 |

# %% [markdown]
# ## 2. CNN and RNN
#
# A CNN is made for spatial data. Example: finding cats in photos, where the same edge detector is useful in each corner of the image. An RNN is made for temporal data. Example: predicting the next word, where the words before decide. A CNN has inputs of a fixed size, an RNN goes on as long as the sequence does.

# %% [markdown]
# ## 3. Issues of RNNs and how to address them
#
# 1) The gradients vanish over many time steps, which gated cells (LSTM, GRU) make better.
# 2) The gradients explode, which clipping makes better.
# 3) The steps cannot be computed in parallel; shorter sequences or attention address that.

# %% [markdown]
# ## 3b. Workflow of LSTM and GRU
#
# The LSTM has an input, a forget and an output gate and a cell state beside the hidden state. The GRU has a reset gate and an update gate and only the hidden state. The GRU is faster. We would use an LSTM over a GRU for long documents and for counting, where the separate memory is worth its cost.

# %% [markdown]
# ## 4. The network
#
# ### i. Weights in the convolution layer
#
# 48

# %% [markdown]
# ### ii. ReLU operations in the forward pass
#
# 75

# %% [markdown]
# ### iii. Weights of the entire network
#
# 348
